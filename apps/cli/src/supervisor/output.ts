import { createWriteStream, existsSync, mkdirSync, renameSync, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ClusterPaths } from '../state/paths.ts';

const COLOURS = [36, 33, 35, 32, 34, 31, 96, 93];
const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

/** Where the components' lines go: each to its own file, and in the foreground to the terminal as well, under its name. */
export class Output {
  readonly #paths: ClusterPaths;
  readonly #terminal: NodeJS.WriteStream | undefined;
  readonly #files = new Map<string, WriteStream>();
  readonly #colours = new Map<string, number>();

  /** `terminal` is absent for a detached cluster. */
  constructor(paths: ClusterPaths, terminal: NodeJS.WriteStream | undefined) {
    this.#paths = paths;
    this.#terminal = terminal;
    mkdirSync(paths.logs, { recursive: true });
  }

  /** Starts a component's log anew, keeping the one of the run before as `.old`. */
  begin(component: string): void {
    const file = this.#paths.log(component);
    if (existsSync(file)) renameSync(file, `${file}.old`);
    this.#files.get(component)?.end();
    this.#files.set(component, createWriteStream(file, { flags: 'a', mode: 0o644 }));
  }

  follow(component: string, stream: Readable | null): void {
    if (!stream) return;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => this.line(component, line));
  }

  line(component: string, line: string): void {
    this.#files.get(component)?.write(`${line}\n`);
    if (!this.#terminal) return;
    const name = component.padEnd(18);
    this.#terminal.write(`${this.#terminal.isTTY ? `\x1b[${this.#colourOf(component)}m${name}\x1b[0m` : name} ${readable(line)}\n`);
  }

  #colourOf(component: string): number {
    const known = this.#colours.get(component);
    if (known !== undefined) return known;
    const colour = COLOURS[this.#colours.size % COLOURS.length] ?? 36;
    this.#colours.set(component, colour);
    return colour;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => new Promise<void>((resolve) => file.end(resolve))));
  }
}

/** A JSON log line as a person reads it; any other line stays as it is. */
export function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { level, time, msg, pid: _pid, hostname: _host, name: _name, ...rest } = JSON.parse(line) as Record<string, unknown>;
    const clock = typeof time === 'number' ? new Date(time).toISOString().slice(11, 23) : '';
    const extra = Object.entries(rest).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return [clock, (LEVELS[Number(level)] ?? String(level ?? '')).padEnd(5), msg, ...extra].filter((part) => part !== '').join(' ');
  } catch {
    return line;
  }
}
