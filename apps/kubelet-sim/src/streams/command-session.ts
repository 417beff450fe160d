import type { ByteStream } from '@kubernats/bus';
import { BytePipe, Channel, ChannelDecoder, type ExecHello, encodeChannelFrame } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { CallerStreams } from '@kubernats/containers';
import type { CommandStatus } from './exit-status.ts';
import { whenIdle } from './idle.ts';
import { TerminalSizes } from './terminal-sizes.ts';

/** What was typed and not read yet: enough for a terminal's line, little enough for 200 sessions. */
const STDIN_BYTES = 64 * 1024;
const PIECE_BYTES = 32 * 1024;
/** A program that does not wait for its reader is not stopped by it: it is cut off here. */
const UNREAD_BYTES_MAX = 16 * 1024 * 1024;

export interface SessionOptions {
  clock: Clock;
  /** How long nothing may happen. Milliseconds. */
  idleMs: number;
}

/**
 * Carries one program's streams over a byte stream of frames until it ends, and then its status. `run` gets the caller's ends; what it
 * gives is the last word. Resolves when everything is over; never rejects.
 */
export async function serveCommand(
  stream: ByteStream,
  wants: Pick<ExecHello, 'stdin' | 'stdout' | 'stderr' | 'tty'>,
  run: (streams: CallerStreams) => Promise<CommandStatus>,
  { clock, idleMs }: SessionOptions,
): Promise<void> {
  const gone = new AbortController();
  const stdin = new BytePipe(STDIN_BYTES);
  const sizes = new TerminalSizes();
  const idle = whenIdle(clock, idleMs, () => stream.destroy(`the session was idle for ${idleMs} ms`));
  const over = (): void => {
    idle.stop();
    stdin.end();
    sizes.end();
    gone.abort(new Error('the caller has gone'));
  };
  void stream.closed.then(over);
  let unread = 0;
  const send = async (channel: number, chunk: Uint8Array): Promise<void> => {
    unread += chunk.length;
    if (unread > UNREAD_BYTES_MAX) stream.destroy('the program writes without waiting for its reader');
    try {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        await stream.write(encodeChannelFrame(channel, chunk.subarray(at, at + PIECE_BYTES)));
        idle.touch();
      }
    } catch {
      // Nobody reads any more; the signal tells the program.
    } finally {
      unread -= chunk.length;
    }
  };
  const sink = (channel: number, wanted: boolean) => (chunk: Uint8Array) => (wanted ? send(channel, chunk) : undefined);
  void listen(stream, wants.stdin ? stdin : undefined, sizes, () => idle.touch());
  const status = await run({
    ...(wants.stdin ? { stdin } : {}),
    stdout: sink(Channel.stdout, wants.stdout),
    stderr: sink(Channel.stderr, wants.stderr && !wants.tty),
    ...(wants.tty ? { terminal: sizes } : {}),
    signal: gone.signal,
  });
  try {
    await stream.write(encodeChannelFrame(Channel.status, new TextEncoder().encode(JSON.stringify(status))));
    await stream.end();
  } catch {
    // The caller went before the last word.
  }
  over();
}

/** Hands on what the caller says. A caller that has ended, or is lost, is gone: the stream is destroyed. */
async function listen(stream: ByteStream, stdin: BytePipe | undefined, sizes: TerminalSizes, heard: () => void): Promise<void> {
  const decoder = new ChannelDecoder();
  try {
    for await (const bytes of stream.incoming) {
      heard();
      for (const { channel, payload } of decoder.push(bytes)) {
        if (channel === Channel.stdin) await stdin?.write(payload);
        else if (channel === Channel.resize) sizes.push(payload);
        else if (channel === Channel.close && payload[0] === Channel.stdin) stdin?.end();
      }
    }
    stdin?.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error.message : String(error));
  }
}
