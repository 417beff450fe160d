import type { Files } from '@kubernats/files';
import type { ImageContext } from '../../image.ts';
import type { HostConnections } from './host-connections.ts';
import {
  type Call,
  FILES_METHODS,
  type FromGuest,
  type FromHost,
  HOST_IDS_FROM,
  type LookupAnswer,
  type Opened,
  ownBytes,
  type ScopeOptions,
} from './protocol.ts';
import { toWire } from './wire-error.ts';

/** Does for a worker what it asks for, within its container's context. */
export class HostCalls {
  readonly #context: ImageContext;
  readonly #connections: HostConnections;
  readonly #post: (message: FromHost, transfer?: ArrayBuffer[]) => void;
  readonly #files = new Map<number, Files>();
  readonly #closable = new Map<number, { close(): Promise<void> }>();
  readonly #sockets = new Map<number, { send(data: Uint8Array, to: { host: string; port: number }): void }>();
  #nextConnection = HOST_IDS_FROM;

  constructor(context: ImageContext, connections: HostConnections, post: (message: FromHost, transfer?: ArrayBuffer[]) => void) {
    this.#context = context;
    this.#connections = connections;
    this.#post = post;
    this.#files.set(-1, context.files);
    for (const [i, { files }] of context.mounts.entries()) this.#files.set(-2 - i, files);
  }

  scope(from: number, id: number, path: string, options: ScopeOptions | undefined): void {
    const files = this.#files.get(from);
    if (files) this.#files.set(id, files.scope(path, options));
  }

  lookup({ files, path, answer, ready }: Extract<FromGuest, { type: 'lookup' }>): void {
    let found: LookupAnswer;
    try {
      found = { step: this.#files.get(files)?.lookup(path) };
    } catch (error) {
      found = { error: toWire(error) };
    }
    answer.postMessage(found);
    Atomics.store(ready, 0, 1);
    Atomics.notify(ready, 0);
  }

  datagram(id: number, data: Uint8Array, to: { host: string; port: number }): void {
    this.#sockets.get(id)?.send(data, to);
  }

  async answer(call: Call, signal: AbortSignal): Promise<unknown> {
    const { network, meter } = this.#context;
    switch (call.what) {
      case 'files':
        return this.#filesCall(call);
      case 'lookup':
        return network.lookup(call.name);
      case 'work':
        return meter.work(call.cpuMs);
      case 'listen': {
        const listener = await network.listen(call.address, (connection) => {
          const id = this.#nextConnection++;
          this.#post({ type: 'connection', listener: call.id, id, opened: this.#connections.add(id, connection) });
        });
        this.#closable.set(call.id, listener);
        return { local: listener.address } satisfies Opened;
      }
      case 'dial': {
        const { address, localHost, timeoutMs } = call;
        const connection = await network.dial(address, { signal, localHost, timeoutMs });
        return this.#connections.add(call.id, connection);
      }
      case 'bindUdp': {
        const socket = await network.bindUdp(call.address, ({ data, from }) => {
          const own = ownBytes(data);
          this.#post({ type: 'datagram', id: call.id, data: own, from }, [own.buffer]);
        });
        this.#closable.set(call.id, socket);
        this.#sockets.set(call.id, socket);
        return { local: socket.address } satisfies Opened;
      }
      case 'close':
        await this.#closable.get(call.id)?.close();
        this.#closable.delete(call.id);
        this.#sockets.delete(call.id);
        return undefined;
    }
  }

  async #filesCall({ files: id, method, args }: Extract<Call, { what: 'files' }>): Promise<unknown> {
    const files = this.#files.get(id);
    if (!files || !FILES_METHODS.includes(method)) throw new Error(`no such call: ${method}`);
    const result: unknown = await Reflect.apply(files[method], files, args);
    return result instanceof Uint8Array ? ownBytes(result) : result;
  }
}
