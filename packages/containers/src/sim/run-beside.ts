import type { Ids } from '@kubernats/clock';
import { containment } from '@kubernats/errors/containment';
import { containerId } from '../container-id.ts';
import { hasProgram, type Image, type ImageContext } from '../image.ts';
import { missing, shell } from '../images/shell/shell.ts';
import { type CallerStreams, ContainerStartError } from '../port.ts';
import { cannotExec, noSuchProgram } from '../runtime-words.ts';
import { SIGNALS } from '../signals.ts';
import { Teletype } from '../terminal/teletype.ts';

const encoder = new TextEncoder();

/**
 * Runs a command in a container, beside its own program: `kubectl exec`. What it may run is the image's own programs, what the shell has, whatever
 * the image, and scripts among the container's files. The answer is its exit code. Throws `ContainerStartError` when there is no such program.
 * @param context of the container's own program
 * @param image what the container's image is
 */
export async function runBeside(
  context: ImageContext,
  image: Image,
  command: readonly string[],
  streams: CallerStreams,
  ids: Ids,
): Promise<number> {
  const [word = ''] = command;
  const isOwn = hasProgram(image, word);
  const why = isOwn ? undefined : await whyNot(context, image, word);
  if (why !== undefined) throw new ContainerStartError('RunContainerError', cannotExec(containerId(ids), why));
  // Aborts with the container, when the caller goes, and when the program has ended: then nobody reads what it left in the background.
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, streams.signal, done.signal]);
  const sink = (write: CallerStreams['stdout']) => (text: string | Uint8Array) => {
    if (!signal.aborted) return write(typeof text === 'string' ? encoder.encode(text) : text);
  };
  const terminal = streams.terminal && terminalOf(streams, signal);
  // What it throws where nobody catches ends it, and neither the container nor the process.
  let crashed: (error: unknown) => void = () => {};
  const contained = containment((error) => crashed(error));
  const ended = new Promise<number>((resolve, reject) => {
    crashed = reject;
    const killed = (): void => resolve(128 + SIGNALS.SIGKILL);
    if (signal.aborted) killed();
    else signal.addEventListener('abort', killed, { once: true });
  });
  // What an image's program holds ends with it. A shell's programs each keep their own part, and those that it leaves behind go on.
  const meter = isOwn ? context.meter.part() : undefined;
  const beside: ImageContext = {
    ...context,
    meter: meter ?? context.meter,
    command,
    args: [],
    main: false,
    stdin: terminal ?? streams.stdin,
    terminal,
    stdout: sink(streams.stdout),
    stderr: sink(streams.stderr),
    signal,
    onSignal: () => {},
  };
  try {
    return ((await Promise.race([contained.run(() => (isOwn ? image : shell).run(beside)), ended])) ?? 0) & 0xff;
  } finally {
    meter?.release();
    done.abort();
  }
}

async function whyNot(context: ImageContext, image: Image, word: string): Promise<string | undefined> {
  return image.shell === false ? noSuchProgram(word) : missing(context, word);
}

/** A terminal between a caller and a program. */
function terminalOf({ stdin, stdout, terminal: sizes }: CallerStreams, signal: AbortSignal): Teletype {
  const terminal = new Teletype((bytes) => {
    if (!signal.aborted) return stdout(bytes);
  });
  void feedTerminal(terminal, { stdin, terminal: sizes }).finally(() => terminal.hangUp());
  signal.addEventListener('abort', () => terminal.hangUp(), { once: true });
  return terminal;
}

/** What a caller types, and how large its screen is, goes to a terminal. Settles when nothing more will be typed. */
export async function feedTerminal(
  terminal: Teletype,
  { stdin, terminal: sizes }: Pick<CallerStreams, 'stdin' | 'terminal'>,
): Promise<void> {
  const resized = (async () => {
    for await (const size of sizes ?? []) terminal.resize(size);
  })().catch(() => {});
  try {
    for await (const bytes of stdin ?? []) await terminal.type(bytes);
  } catch {
    // The caller has gone.
  }
  // Without a standard input nobody types, and the screen may still change; the program sits before a silent keyboard.
  if (!stdin) await resized;
}
