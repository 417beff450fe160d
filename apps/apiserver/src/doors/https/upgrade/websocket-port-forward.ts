import { Buffer } from 'node:buffer';
import { BytePipe } from '@kubernats/client';
import { bridgePort, type ForwardedConnection } from '../../../streams/bridge-port.ts';
import type { PortForwardService } from '../../../streams/stream-service.ts';
import { codingOf } from './websocket-command.ts';
import type { Wire } from './wire.ts';

const UNREAD_BYTES = 256 * 1024;

/**
 * Port-forward on a WebSocket as the client libraries know it: of each port in the request there is one connection, with a channel for data
 * (2n) and one for errors (2n + 1). Both begin with the port, two bytes, the lower first. Serves until the client is gone; never rejects.
 */
export async function webSocketPortForward(wire: Wire, protocol: string, { ports, dial }: PortForwardService): Promise<void> {
  const coding = codingOf(protocol);
  const send = (channel: number, chunk: Uint8Array) => wire.write(coding.encode(channel, chunk), coding.kind);
  let open = ports.length;
  const connections = ports.map((port, i): ForwardedConnection & { incoming: BytePipe } => {
    const numbered = Buffer.alloc(2);
    numbered.writeUInt16LE(port);
    void send(2 * i, numbered);
    void send(2 * i + 1, numbered);
    const over = async (): Promise<void> => {
      open -= 1;
      if (open === 0) wire.finish();
    };
    return {
      port,
      incoming: new BytePipe(UNREAD_BYTES),
      write: (chunk) => send(2 * i, chunk),
      // There is no way to say that one direction of one connection has ended: what ends is the connection.
      end: over,
      async fail(message) {
        await send(2 * i + 1, Buffer.from(message));
        await over();
      },
      closed: wire.closed.then(() => false),
    };
  });
  const bridges = connections.map((connection) => bridgePort(connection, dial));
  for await (const message of wire.incoming) {
    const { channel, payload } = coding.decode(message);
    if (channel !== undefined && channel % 2 === 0) await connections[channel / 2]?.incoming.write(payload);
  }
  for (const { incoming } of connections) incoming.end();
  wire.destroy();
  await Promise.all(bridges);
}
