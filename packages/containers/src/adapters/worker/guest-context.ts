import type { ImageContext, Terminal } from '../../image.ts';
import { Processes } from '../../processes.ts';
import { guestClock } from './guest-clock.ts';
import { GuestFiles } from './guest-files.ts';
import type { GuestLink } from './guest-link.ts';
import { guestMeter } from './guest-meter.ts';
import { guestNetwork } from './guest-network.ts';
import type { FixedContext, SharedState } from './protocol.ts';

/** An image's context in a worker: the same as in the node's process, each part of it through the host. */
export function guestContext(link: GuestLink, fixed: FixedContext, shared: SharedState): ImageContext {
  const { ip, mounts, stdin, terminal, realTime, resources, ...rest } = fixed;
  const handlers = new Map<string, () => void>();
  link.on('signal', ({ name }) => handlers.get(name)?.());
  const write = (stream: 'stdout' | 'stderr') => (text: string | Uint8Array) =>
    link.sendBytes(typeof text === 'string' ? new TextEncoder().encode(text) : text, (chunk) => ({ type: 'output', stream, chunk }));
  return {
    ...rest,
    stdin: stdin ? guestStdin(link) : undefined,
    terminal: terminal && guestTerminal(link, terminal),
    // The whole tree is the first folder; the mounts follow in their order.
    files: new GuestFiles(link, -1),
    mounts: mounts.map((mount, i) => ({ ...mount, files: new GuestFiles(link, -2 - i) })),
    network: guestNetwork(link, ip),
    clock: guestClock(link, shared, realTime),
    stdout: write('stdout'),
    stderr: write('stderr'),
    // The thread ends with the container: nobody here lives to see it abort.
    signal: new AbortController().signal,
    onSignal(name, handle) {
      if (handle) handlers.set(name, handle);
      else handlers.delete(name);
      link.send({ type: 'handle', name, on: handle !== undefined });
    },
    meter: guestMeter(link, shared),
    // What else runs in the container is the host's to know.
    processes: new Processes(),
    own: undefined,
    resources: () => resources,
    event: (kind, reason, message) => link.send({ type: 'event', kind, reason, message }),
  };
}

function guestTerminal(link: GuestLink, first: Terminal['size']): Terminal {
  let size = first;
  const listeners = new Set<() => void>();
  link.on('resize', (message) => {
    size = message.size;
    for (const listener of listeners) listener();
  });
  return {
    get size() {
      return size;
    },
    onResize(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function* guestStdin(link: GuestLink): AsyncGenerator<Uint8Array> {
  const chunks: (Uint8Array | undefined)[] = [];
  let more = Promise.withResolvers<void>();
  link.on('stdin', ({ chunk }) => {
    chunks.push(chunk);
    more.resolve();
  });
  for (;;) {
    while (chunks.length > 0) {
      const chunk = chunks.shift();
      if (chunk === undefined) return;
      yield chunk;
    }
    await more.promise;
    more = Promise.withResolvers();
  }
}
