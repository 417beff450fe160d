import type { Worker } from 'node:worker_threads';
import type { Timer } from '@kubernats/clock';
import type { ImageContext } from '../../image.ts';
import { SIGNALS } from '../../signals.ts';
import { startWorker, WORKER_HEAP_MB } from './entry.ts';
import { HostCalls } from './host-calls.ts';
import { HostConnections } from './host-connections.ts';
import { measure } from './measure.ts';
import { type FixedContext, type FromGuest, type FromHost, SharedState, type Weighed } from './protocol.ts';
import { toWire } from './wire-error.ts';

const KILLED = 128 + SIGNALS.SIGKILL;

/** Runs the image of a module in a thread of its own, until it is done or the container ends: then the thread is gone at once, whatever it is at. */
export function runInWorker(file: string, context: ImageContext, realTime: boolean): Promise<number> {
  const run = new WorkerRun(file, context, realTime);
  return run.ended;
}

class WorkerRun {
  readonly ended: Promise<number>;
  readonly #context: ImageContext;
  readonly #shared = new SharedState();
  readonly #worker: Worker;
  readonly #calls: HostCalls;
  readonly #connections: HostConnections;
  readonly #given = new Map<number, AbortController>();
  readonly #timers = new Map<number, Timer>();
  readonly #end: (code: number) => void;
  readonly #usage = { ownBytes: 0, ownMillicores: 0, heapBytes: 0, threadMillicores: 0 };
  #spent = 0;
  #code: number | undefined;

  constructor(file: string, context: ImageContext, realTime: boolean) {
    this.#context = context;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#end = resolve;
    this.#tellTime();
    this.#worker = startWorker(
      { kind: 'run', file, context: fixedContext(context, realTime), shared: this.#shared.buffer },
      { env: context.env, argv: [...context.command, ...context.args], name: `${context.pod.name}/${context.container}`.slice(0, 40) },
    );
    const post = (message: FromHost, transfer: ArrayBuffer[] = []): void => {
      this.#tellTime();
      this.#worker.postMessage(message, transfer);
    };
    this.#connections = new HostConnections(post);
    this.#calls = new HostCalls(context, this.#connections, post);
    this.#listen(post, realTime);
    void this.#feedStdin(post);
    const { terminal } = context;
    terminal?.onResize(() => post({ type: 'resize', size: terminal.size }));
  }

  #listen(post: (message: FromHost, transfer?: ArrayBuffer[]) => void, realTime: boolean): void {
    const worker = this.#worker;
    const { signal, stderr, stdout } = this.#context;
    worker.on('message', ({ weight, message }: Weighed) => void this.#hear(message, post, realTime).finally(() => this.#dealtWith(weight)));
    // What Node itself writes: warnings of the loader.
    worker.stdout.on('data', (chunk: Uint8Array) => void stdout(chunk));
    worker.stderr.on('data', (chunk: Uint8Array) => void stderr(chunk));
    worker.on('error', (error) => this.#died(error));
    worker.on('exit', (code) => this.#end(this.#code ?? code));
    const kill = (): void => void worker.terminate();
    if (signal.aborted) kill();
    else signal.addEventListener('abort', kill, { once: true });
  }

  /** Never rejects: a guest that sends what makes no sense has failed. */
  async #hear(message: FromGuest, post: (message: FromHost, transfer?: ArrayBuffer[]) => void, realTime: boolean): Promise<void> {
    const context = this.#context;
    if (context.signal.aborted) return;
    try {
      switch (message.type) {
        case 'call': {
          const answered = this.#answer(message.id, message.call, post);
          // What the host can finish by itself counts as under way until then. What may wait for others, even for this guest, does not.
          if (message.call.what === 'files' || message.call.what === 'work') await answered;
          return;
        }
        case 'cancel':
          this.#given.get(message.id)?.abort(new Error('given up'));
          return;
        case 'output':
          return await context[message.stream](message.chunk);
        case 'data':
        case 'end':
        case 'destroy':
        case 'ack':
          return this.#connections.take(message);
        case 'datagram':
          return this.#calls.datagram(message.id, message.data, message.to);
        case 'scope':
          return this.#calls.scope(message.from, message.id, message.path, message.options);
        case 'lookup':
          return this.#calls.lookup(message);
        case 'handle':
          return context.onSignal(message.name, message.on ? () => post({ type: 'signal', name: message.name }) : undefined);
        case 'use':
          Object.assign(this.#usage, { ownBytes: message.memory, ownMillicores: message.millicores });
          return this.#report();
        case 'override':
          context.meter.override(message.what, message.amount);
          return this.#tellTime();
        case 'event':
          return context.event(message.kind, message.reason, message.message);
        case 'timer':
          this.#timers.set(
            message.id,
            context.clock.setTimer(message.delayMs, () => {
              this.#timers.delete(message.id);
              post({ type: 'timer', id: message.id });
            }),
          );
          return;
        case 'cancelTimer':
          this.#timers.get(message.id)?.cancel();
          this.#timers.delete(message.id);
          return;
        case 'loaded':
          if (realTime) {
            measure(this.#worker, context, (heapBytes, threadMillicores) => {
              Object.assign(this.#usage, { heapBytes, threadMillicores });
              this.#report();
            });
          }
          return;
        case 'done':
          return this.#end(message.code);
      }
    } catch (error) {
      this.#died(error);
      void this.#worker.terminate();
    }
  }

  async #answer(
    id: number,
    call: Extract<FromGuest, { type: 'call' }>['call'],
    post: (message: FromHost, transfer?: ArrayBuffer[]) => void,
  ): Promise<void> {
    const given = new AbortController();
    this.#given.set(id, given);
    try {
      const value = await this.#calls.answer(call, given.signal);
      post({ type: 'answer', id, value }, value instanceof Uint8Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : []);
    } catch (error) {
      post({ type: 'failure', id, error: toWire(error) });
    } finally {
      this.#given.delete(id);
    }
  }

  /** Room for the guest's next messages comes once a turn: others have theirs in between, however much it sends. */
  #dealtWith(weight: number): void {
    if (this.#spent === 0) {
      setImmediate(() => {
        this.#shared.give(this.#spent);
        this.#spent = 0;
      });
    }
    this.#spent += weight;
  }

  #died(error: unknown): void {
    const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (outOfMemory) {
      // Its limit may be less than what it had: then it is killed for that.
      this.#context.meter.setMemory(WORKER_HEAP_MB * 1024 * 1024);
      void this.#context.stderr(`out of memory: an image's worker has ${WORKER_HEAP_MB} MiB\n`);
    } else void this.#context.stderr(`${error instanceof Error ? error.stack : String(error)}\n`);
    this.#code ??= outOfMemory ? KILLED : 1;
  }

  #report(): void {
    const { ownBytes, ownMillicores, heapBytes, threadMillicores } = this.#usage;
    this.#context.meter.setMemory(ownBytes + heapBytes);
    this.#context.meter.setCpu(ownMillicores + threadMillicores);
    this.#tellTime();
  }

  #tellTime(): void {
    const { clock, meter } = this.#context;
    this.#shared.set(clock.now(), clock.monotonic(), meter.memoryBytes);
  }

  async #feedStdin(post: (message: FromHost) => void): Promise<void> {
    const { stdin } = this.#context;
    if (!stdin) return;
    for await (const chunk of stdin) post({ type: 'stdin', chunk });
    post({ type: 'stdin', chunk: undefined });
  }
}

function fixedContext(context: ImageContext, realTime: boolean): FixedContext {
  const {
    pod,
    node,
    hostname,
    nameserverPorts,
    container,
    image,
    command,
    args,
    env,
    workingDir,
    ports,
    mounts,
    stdin,
    terminal,
    network,
    main,
    resources,
  } = context;
  return {
    ...{
      pod,
      node,
      hostname,
      nameserverPorts,
      container,
      image,
      command,
      args,
      env: { ...env },
      workingDir,
      ports,
      main,
      resources: resources(),
      realTime,
    },
    ip: network.ip,
    mounts: mounts.map(({ path, readOnly }) => ({ path, readOnly })),
    stdin: stdin !== undefined,
    terminal: terminal?.size,
  };
}
