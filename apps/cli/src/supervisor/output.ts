import { createWriteStream, existsSync, mkdirSync, renameSync, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ClusterPaths } from '../state/paths.ts';

const COLOURS = [36, 33, 35, 32, 34, 31, 96, 93];
const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

/** Enough to see why a component ended. */
const RECENT_LINES = 10;

/** Where the components' lines go: each to its own file, and in the foreground to the terminal as well, under its name. */
export class Output {
  readonly #paths: ClusterPaths;
  readonly #terminal: NodeJS.WriteStream | undefined;
  readonly #files = new Map<string, WriteStream>();
  readonly #recent = new Map<string, string[]>();
  readonly #colours = new Map<string, number>();

  /** `terminal` is absent for a detached cluster. */
  constructor(paths: ClusterPaths, terminal: NodeJS.WriteStream | undefined) {
    this.#paths = paths;
    this.#terminal = terminal;
    // Whoever reads along may go away (`| head`): the cluster goes on.
    terminal?.on('error', () => {});
    mkdirSync(paths.logs, { recursive: true });
  }

  /** Starts a component's log anew, keeping the one of the run before as `.old`. */
  begin(component: string): void {
    const file = this.#paths.log(component);
    if (existsSync(file)) renameSync(file, `${file}.old`);
    this.#recent.set(component, []);
    this.#files.get(component)?.end();
    this.#files.set(component, createWriteStream(file, { flags: 'a', mode: 0o644 }));
  }

  follow(component: string, stream: Readable | null): void {
    if (!stream) return;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => this.line(component, line));
  }

  line(component: string, line: string): void {
    this.#files.get(component)?.write(`${line}\n`);
    const text = readable(line);
    if (text === undefined) return;
    const recent = this.#recent.get(component);
    recent?.push(text);
    if (recent && recent.length > RECENT_LINES) recent.shift();
    if (!this.#terminal) return;
    const name = component.padEnd(18);
    this.#terminal.write(`${this.#terminal.isTTY ? `\x1b[${this.#colourOf(component)}m${name}\x1b[0m` : name} ${text}\n`);
  }

  /** The last lines of a component's present run, as a person reads them. */
  recent(component: string): readonly string[] {
    return this.#recent.get(component) ?? [];
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

/** What nats-server says of itself when all is well: a screenful at each start. */
const NATS_CHATTER = /^\[\d+\] \S+ \S+ \[(INF|DBG|TRC)\]/;

/** A JSON log line as a person reads it; any other line stays as it is. Undefined: only the file keeps it. */
export function readable(line: string): string | undefined {
  if (!line.startsWith('{')) return NATS_CHATTER.test(line) ? undefined : line;
  try {
    const { level, time, msg, component: _component, ...rest } = JSON.parse(line) as Record<string, unknown>;
    const clock = typeof time === 'number' ? new Date(time).toISOString().slice(11, 23) : '';
    const extra = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`);
    return [clock, (LEVELS[Number(level)] ?? String(level ?? '')).padEnd(5), msg, ...extra].filter((part) => part !== '').join(' ');
  } catch {
    return line;
  }
}

/** An error's message is for people; its stack is in the file. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'stack' in value && 'message' in value) return JSON.stringify(value.message);
  return JSON.stringify(value);
}
