import { MessageChannel, type MessagePort, receiveMessageOnPort, type Transferable } from 'node:worker_threads';
import type { Step } from '@kubernats/files';
import {
  type Call,
  type FromGuest,
  type FromHost,
  type LookupAnswer,
  ownBytes,
  type SharedState,
  type Weighed,
  weightOf,
} from './protocol.ts';
import { fromWire } from './wire-error.ts';

type Listener<T extends FromHost['type']> = (message: Extract<FromHost, { type: T }>) => void;

/** The guest's end: sends, asks, and hears what comes. */
export class GuestLink {
  readonly #port: MessagePort;
  readonly #shared: SharedState;
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #listeners = new Map<FromHost['type'], (message: FromHost) => void>();
  #lastId = 0;

  constructor(port: MessagePort, shared: SharedState) {
    this.#port = port;
    this.#shared = shared;
    port.on('message', (message: FromHost) => {
      if (message.type === 'answer') this.#settle(message.id)?.resolve(message.value);
      else if (message.type === 'failure') this.#settle(message.id)?.reject(fromWire(message.error));
      else this.#listeners.get(message.type)?.(message);
    });
  }

  nextId(): number {
    return ++this.#lastId;
  }

  on<T extends Exclude<FromHost['type'], 'answer' | 'failure'>>(type: T, listener: Listener<T>): void {
    const isIt = (message: FromHost): message is Extract<FromHost, { type: T }> => message.type === type;
    this.#listeners.set(type, (message) => {
      if (isIt(message)) listener(message);
    });
  }

  /** Waits, thread and all, while the host has too much of this container's to deal with. */
  send(message: FromGuest, bytes = 0): void {
    this.#post(message, bytes, []);
  }

  /** Sends bytes that somebody may still change: as they are now. */
  sendBytes(chunk: Uint8Array, message: (own: Uint8Array) => FromGuest): void {
    const own = ownBytes(chunk);
    this.#post(message(own), own.byteLength, [own.buffer]);
  }

  /** Asks the host; the answer is whatever that call gives. With a signal the asking can be given up. */
  async ask(call: Call, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    const id = this.nextId();
    const asked = Promise.withResolvers<unknown>();
    this.#asked.set(id, asked);
    const giveUp = (): void => {
      this.send({ type: 'cancel', id });
      this.#settle(id)?.reject(signal?.reason);
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      this.send({ type: 'call', id, call }, bytesIn(call));
      return await asked.promise;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** What `Files.lookup` says on the host: the thread waits for it. */
  lookup(files: number, path: string): Step | undefined {
    const { port1, port2 } = new MessageChannel();
    const ready = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.#post({ type: 'lookup', files, path, answer: port2, ready }, 0, [port2]);
    Atomics.wait(ready, 0, 0);
    const answer: LookupAnswer | undefined = receiveMessageOnPort(port1)?.message;
    port1.close();
    if (answer && 'error' in answer) throw fromWire(answer.error);
    return answer?.step;
  }

  #settle(id: number): PromiseWithResolvers<unknown> | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }

  #post(message: FromGuest, bytes: number, transfer: Transferable[]): void {
    const weighed: Weighed = { weight: weightOf(bytes), message };
    this.#port.postMessage(weighed, transfer);
    this.#shared.take(weighed.weight);
  }
}

function bytesIn(call: Call): number {
  if (call.what !== 'files') return 0;
  return call.args.reduce<number>((sum, arg) => sum + (arg instanceof Uint8Array ? arg.byteLength : 0), 0);
}
