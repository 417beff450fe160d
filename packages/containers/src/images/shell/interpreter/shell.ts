import type { SignalName } from '../../../signals.ts';
import type { Command } from '../language/ast.ts';
import { Process } from '../process/process.ts';
import type { OpenFile } from '../streams/open-file.ts';
import { ShellError } from './flow.ts';
import { Jobs } from './jobs.ts';
import { Traps } from './traps.ts';
import { Variables } from './variables.ts';

/** Which shell it says it is: the words of its messages and its prompt differ. */
export type Flavour = 'ash' | 'dash' | 'bash';

// A script that calls itself for ever ends with a message, as with a limit on the stack.
const DEPTH_MAX = 500;

/** The state of one running shell. */
export class Shell {
  readonly process: Process;
  /** `$$`: a subshell has that of the shell it came from. */
  readonly mainPid: number;
  readonly #startedAtMs: number;
  variables: Variables;
  readonly functions: Map<string, Command<'FunctionDef'>>;
  readonly aliases: Map<string, string>;
  readonly options: Set<string>;
  readonly traps: Traps;
  readonly jobs = new Jobs();
  readonly flavour: Flavour;
  /** `$0`. */
  readonly name: string;
  /** `$1`, `$2`, … */
  args: readonly string[] = [];
  status = 0;
  lastBackgroundPid: number | undefined;
  pipeStatus: readonly number[] = [];
  line = 1;
  lastArg = '';
  /** Above 0 where a failure is looked at, so that `set -e` leaves it alone. */
  guarded = 0;
  loops = 0;
  interactive = false;
  /** The status of the last `$(…)` of the command at hand. */
  substitutionStatus: number | undefined;
  readonly directories: string[] = [];
  readonly history: string[] = [];
  getoptsColumn = 1;
  depth = 0;
  /** Descriptors of `<(…)` that the command at hand uses. */
  substituted: number[] = [];
  /** ^C: heeded where the script comes to a place for it. */
  interrupted = false;
  /** Whether it waits for a program in the foreground, which gets ^C too. */
  waitsForChild = false;

  constructor(process: Process, name: string, flavour: Flavour, from?: Shell) {
    this.process = process;
    this.mainPid = from?.mainPid ?? process.pid;
    this.#startedAtMs = process.system.clock.now();
    this.name = name;
    this.flavour = flavour;
    this.variables = from ? from.variables.copy() : Variables.fromEnv(process.env);
    this.functions = new Map(from?.functions);
    this.aliases = new Map(from?.aliases);
    this.options = new Set(from?.options);
    this.traps = new Traps(process);
    if (!from) return;
    this.args = from.args;
    this.status = from.status;
    this.lastBackgroundPid = from.lastBackgroundPid;
    this.line = from.line;
    this.guarded = from.guarded;
    this.depth = from.depth;
    this.directories = [...from.directories];
  }

  /** A shell of its own with the same state, as a subshell, one part of a pipe or a job in the background is. */
  fork(files: ReadonlyMap<number, OpenFile> = this.process.files, ownGroup = false): Shell {
    const { process } = this;
    const child = new Process({
      system: process.system,
      parent: process,
      argv: process.argv,
      env: process.env,
      cwd: process.cwd,
      files,
      ownGroup,
    });
    return new Shell(child, this.name, this.flavour, this);
  }

  /** Variables that have a value of their own as long as nobody sets them. */
  special(name: string): string | undefined {
    const { process } = this;
    switch (name) {
      case 'RANDOM':
        return this.flavour === 'dash' ? undefined : String(process.system.random.int(32768));
      case 'SECONDS':
        return String(Math.floor((process.system.clock.now() - this.#startedAtMs) / 1000));
      case 'LINENO':
        return String(this.line);
      case 'PPID':
        return String(process.ppid);
      case 'UID':
      case 'EUID':
        return this.flavour === 'bash' ? '0' : undefined;
      case 'IFS':
        return ' \t\n';
      case 'OPTIND':
        return '1';
      default:
        return undefined;
    }
  }

  out(text: string | Uint8Array): Promise<void> {
    return this.process.say(1, text);
  }

  err(text: string): Promise<void> {
    return this.process.say(2, text);
  }

  /** A message in the shell's own words. */
  complain(text: string): Promise<void> {
    return this.err(`${this.complaintPrefix}${text}\n`);
  }

  get complaintPrefix(): string {
    const name = this.name.slice(this.name.lastIndexOf('/') + 1).replace(/^-/, '');
    if (this.flavour === 'bash') return this.interactive ? 'bash: ' : `${name}: line ${this.line}: `;
    return this.flavour === 'dash' ? `${name}: ${this.line}: ` : `${name}: `;
  }

  /** One level deeper, or a complaint. */
  async nested<T>(work: () => Promise<T>): Promise<T> {
    if (this.depth >= DEPTH_MAX) throw new ShellError('maximum recursion depth exceeded', 2, true);
    this.depth += 1;
    try {
      return await work();
    } finally {
      this.depth -= 1;
    }
  }

  /**
   * Waits for what a trapped signal or ^C may end early (`wait`, `read`). Undefined: it did.
   */
  async unlessSignalled<T>(work: Promise<T>): Promise<{ value: T } | { signal: SignalName }> {
    const waiting = this.traps.waiting;
    if (waiting) return { signal: waiting };
    const come = this.traps.came.next().then(() => undefined);
    const first = await this.process.wait(Promise.race([work.then((value) => ({ value })), come]));
    return first ?? { signal: this.traps.waiting ?? 'SIGINT' };
  }
}
