import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Clock } from '@kubernats/clock';
import type { RoutePlane } from '@kubernats/dataplane';
import type { Connection, Listener, Network } from '@kubernats/net';
import { healthAnswer } from '../answers.ts';
import type { HealthDoor } from '../health-door.ts';
import type { SyncHealth } from '../sync-health.ts';

interface OpenDoor {
  door: HealthDoor;
  listener: Listener;
}

/** Answers HTTP at health ports. */
export function healthPlane(deps: { network: Network; clock: Clock; health: SyncHealth }): RoutePlane<HealthDoor> & AsyncDisposable {
  const { network, clock, health } = deps;
  const open = new Map<string, OpenDoor>();
  const asked = new WeakMap<object, string>();
  const connections = new Set<Connection>();

  // One parser for all of them: a health port costs a listener, and nothing else.
  const server = new Server((request, response) => {
    const { door } = open.get(asked.get(request.socket) ?? '') ?? {};
    if (door) answer(door, request, response);
    else response.destroy();
  });

  function answer(door: HealthDoor, request: IncomingMessage, response: ServerResponse): void {
    const { status, headers, body } = healthAnswer(door, request.url?.split('?')[0] ?? '', health, clock.now());
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
  }

  function accept(id: string, connection: Connection): void {
    asked.set(connection, id);
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    server.emit('connection', connection);
  }

  async function remove(id: string): Promise<void> {
    const known = open.get(id);
    open.delete(id);
    await known?.listener.close();
  }

  return {
    async set(door) {
      const known = open.get(door.id);
      if (known) known.door = door;
      else open.set(door.id, { door, listener: await network.listen(door.listen, (connection) => accept(door.id, connection)) });
    },
    remove,
    async [Symbol.asyncDispose]() {
      await Promise.all([...open.keys()].map(remove));
      for (const connection of connections) connection.destroy();
    },
  };
}
