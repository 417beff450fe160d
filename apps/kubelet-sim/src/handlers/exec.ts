import { formatDuration } from '@kubernats/apimachinery';
import { ContainerStartError } from '@kubernats/containers';
import { Deadline } from './deadline.ts';
import { type Finding, failure, type Limits, success, type Target } from './handler.ts';

/** What is kept of a command's output. */
const OUTPUT_MAX_BYTES = 10 * 1024;

export interface ExecResult {
  exitCode: number;
  /** Both streams as they came, up to 10 KiB. */
  output: string;
  /** What went to stderr, of that. */
  stderr: string;
}

/** Runs a command in the container. Throws `ExecTimeout` when the time is over, and an error in the runtime's words when it cannot be run. */
export async function execIn({ running, clock }: Target, command: readonly string[], { timeoutMs, signal }: Limits): Promise<ExecResult> {
  using deadline = new Deadline(clock, timeoutMs, signal);
  const output = new Kept();
  const stderr = new Kept();
  let exitCode: number;
  try {
    exitCode = await running.exec(command, {
      stdout: (chunk) => output.add(chunk),
      stderr: (chunk) => {
        output.add(chunk);
        stderr.add(chunk);
      },
      signal: deadline.signal,
    });
  } catch (error) {
    if (deadline.passed) throw new ExecTimeout(command, timeoutMs);
    if (!(error instanceof ContainerStartError)) throw error;
    throw new Error(`rpc error: code = Unknown desc = failed to exec in container: ${error.message}`);
  }
  if (deadline.passed) throw new ExecTimeout(command, timeoutMs);
  return { exitCode, output: output.text, stderr: stderr.text };
}

export class ExecTimeout extends Error {
  override readonly name = 'ExecTimeout';
  constructor(command: readonly string[], timeoutMs = 0) {
    super(`command timed out: ${JSON.stringify(command.join(' '))} timed out after ${formatDuration(timeoutMs)}`);
  }
}

/** A probe that runs a command: exit code 0 is healthy. */
export async function probeExec(command: readonly string[], target: Target, limits: Limits): Promise<Finding> {
  try {
    const { exitCode, output } = await execIn(target, command, limits);
    return exitCode === 0 ? success(output) : failure(output);
  } catch (error) {
    if (error instanceof ExecTimeout) return failure(error.message);
    return { result: 'unknown', error: error instanceof Error ? error.message : String(error) };
  }
}

/** The first bytes of a stream. */
class Kept {
  readonly #chunks: Uint8Array[] = [];
  #left = OUTPUT_MAX_BYTES;

  add(chunk: Uint8Array): void {
    if (this.#left === 0) return;
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.byteLength;
    this.#chunks.push(part);
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
