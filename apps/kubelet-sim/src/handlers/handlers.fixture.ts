import type { Container } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import type { CallerStreams } from '@kubernats/containers';
import { type Connection, type Listener, loopbackNetwork, type Network, VirtualNetwork } from '@kubernats/net';
import { nodeDialer } from './dial.ts';
import type { Limits, Target } from './handler.ts';

export const NODE_IP = '127.0.77.1';
export const POD_IP = '127.0.77.2';

export const NETWORKS: [string, () => Network][] = [
  ['in memory', () => new VirtualNetwork()],
  ['on real sockets', loopbackNetwork],
];

type Exec = (command: readonly string[], streams: CallerStreams) => Promise<number>;

/** A container on its node, and servers in it. Time stands still. */
export class HandlerFixture implements AsyncDisposable {
  readonly clock = new SteppedClock();
  readonly network: Network;
  readonly limits: Limits = { timeoutMs: 1000, signal: new AbortController().signal };
  readonly #listeners: Listener[] = [];
  readonly #connections = new Set<Connection>();

  constructor(network: Network = new VirtualNetwork()) {
    this.network = network;
  }

  target(container: Partial<Container> = {}, exec: Exec = () => Promise.reject(new Error('no exec here'))): Target {
    const dial = nodeDialer({ network: this.network, nodeIp: NODE_IP, resolve: async (name) => (name === 'web' ? POD_IP : undefined) });
    return { container: { name: 'main', image: 'x', ...container }, podIp: POD_IP, running: { exec }, dial, clock: this.clock };
  }

  /** A server in the container; its port. */
  async serve(onConnection: (connection: Connection) => void, host = POD_IP): Promise<number> {
    const listener = await this.network.listen({ host, port: 0 }, (connection) => {
      this.#connections.add(connection);
      connection.on('error', () => {});
      onConnection(connection);
    });
    this.#listeners.push(listener);
    return listener.address.port;
  }

  /** A server that answers each request with a text, whatever was asked; what it was asked is in `asked`. */
  async answer(text: string | ((request: string) => string), asked: string[] = []): Promise<number> {
    return this.serve((connection) => {
      connection.once('data', (chunk: Uint8Array) => {
        const request = Buffer.from(chunk).toString('latin1');
        asked.push(request);
        connection.end(typeof text === 'string' ? text : text(request));
      });
    });
  }

  /** A port where nobody listens. */
  async closedPort(): Promise<number> {
    const listener = await this.network.listen({ host: POD_IP, port: 0 }, () => {});
    await listener.close();
    return listener.address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    for (const listener of this.#listeners) await listener.close();
  }
}

/** One more turn of time than `promise` needs: the clock moves by a second once `until` has settled. */
export async function timedOut<T>(fixture: HandlerFixture, until: Promise<unknown>, promise: Promise<T>): Promise<T> {
  await until;
  await fixture.clock.advance(1000);
  return promise;
}
