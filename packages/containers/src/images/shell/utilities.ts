// The programs that just-bash brings: each is run on its whole input, or line by line where its work allows that.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Bash, type CustomCommand, defineCommand, type ExecResult, latin1FromBytes } from 'just-bash';
import { programNames } from './plan.ts';
import { Complaint } from './process/errors.ts';
import { findProgram } from './process/find-program.ts';
import type { Invocation, Program } from './process/invocation.ts';
import { Process } from './process/process.ts';
import { BytesFile, Collector } from './streams/bytes.ts';
import type { OpenFile } from './streams/open-file.ts';
import type { System } from './system.ts';
import { bashFiles } from './tree/bash-files.ts';

/** How a program reads its standard input: when it has fewer operands than this. `values`: options that take the next word. */
interface Reads {
  operands: number;
  values?: string;
  /** Whether it may get its input in pieces of whole lines, with these words. */
  lines?(args: readonly string[]): boolean;
}

const NEVER: Reads = { operands: 0 };
const WITHOUT_FILES: Reads = { operands: 1 };

const GREP: Reads = {
  operands: 2,
  values: 'efmABC',
  lines: (args) =>
    args.every((arg, i) => i === 0 || !arg.startsWith('-') || /^-[ivEFwxoeash]+$|^--(line-buffered|color(=\w+)?)$/.test(arg)) &&
    !args.some((arg) => /^-[^-]*[cnmlLqABCbfz]/.test(arg)),
};
const SED: Reads = {
  operands: 2,
  values: 'ef',
  lines: (args) => args.every((arg) => /^-[uEre]+$/.test(arg) || /^s([/|,#@]).*\1[gipI]*$/.test(arg) || /^\/[^/]*\/d$/.test(arg)),
};

const UTILITIES: Readonly<Record<string, Reads>> = {
  awk: { operands: 2, values: 'vFf' },
  chmod: NEVER,
  column: { operands: 1, values: 'scto' },
  comm: NEVER,
  cp: NEVER,
  cut: { operands: 1, values: 'dfcb', lines: () => true },
  diff: NEVER,
  du: NEVER,
  egrep: GREP,
  expand: WITHOUT_FILES,
  expr: NEVER,
  fgrep: GREP,
  file: NEVER,
  find: NEVER,
  fold: { operands: 1, values: 'w' },
  grep: GREP,
  gunzip: WITHOUT_FILES,
  gzip: WITHOUT_FILES,
  join: NEVER,
  jq: { operands: 2, values: 'f' },
  ln: NEVER,
  mkdir: NEVER,
  mv: NEVER,
  nl: { operands: 1, values: 'bwsvi' },
  paste: NEVER,
  readlink: NEVER,
  rev: { operands: 1, lines: () => true },
  rg: GREP,
  rm: NEVER,
  rmdir: NEVER,
  sed: SED,
  sort: { operands: 1, values: 'ktoTS' },
  split: { operands: 1, values: 'lbna' },
  stat: NEVER,
  strings: { operands: 1, values: 'nt' },
  tac: WITHOUT_FILES,
  touch: NEVER,
  tree: NEVER,
  unexpand: WITHOUT_FILES,
  uniq: { operands: 1, values: 'fsw' },
  yq: { operands: 2 },
  zcat: WITHOUT_FILES,
};

/** What these programs say of a full disk, where BusyBox says `write error`. */
const FULL = /^(\w+): .*ENOSPC: no space left on device.*$/gm;
const INPUT_BYTES_MAX = 64 * 1024 * 1024;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const NOTHING: ExecResult = { stdout: '', stderr: '', exitCode: 0 };
const NO_LIMITS = {
  maxCommandCount: Number.MAX_SAFE_INTEGER,
  maxLoopIterations: Number.MAX_SAFE_INTEGER,
  maxAwkIterations: 50_000_000,
  maxSedIterations: 50_000_000,
  maxWorkUnits: Number.MAX_SAFE_INTEGER,
  maxExecutionTimeMs: Infinity,
};

/** One run of such a program, and what came of it. */
interface Run {
  readonly of: Invocation;
  started: boolean;
  result?: ExecResult;
}
// The interpreter knows no processes: what it calls back belongs to the run in whose course it does.
const current = new AsyncLocalStorage<Run>();
const engines = new WeakMap<System, Bash>();

/** One interpreter for each container that uses such programs. */
function engineOf(system: System): Bash {
  let engine = engines.get(system);
  if (!engine) {
    engine = new Bash({
      fs: bashFiles(system.tree),
      cwd: '/',
      executionLimits: NO_LIMITS,
      // It guards the machine's globals while a script runs, which are also the other containers'. Programs reach nothing but the files
      // that they were given.
      defenseInDepth: false,
      customCommands: programNames().map((name) => (Object.hasOwn(UTILITIES, name) ? capturing(name) : ours(name))),
    });
    engines.set(system, engine);
  }
  return engine;
}

/** The interpreter joins outputs as text; this keeps a program's own, bytes as they are. */
function capturing(name: string): CustomCommand {
  return defineCommand(name, async (args, context) => {
    const run = current.getStore();
    const original = (): Promise<ExecResult> => context.origCommand?.([...args]) ?? Promise.resolve(NOTHING);
    // What a program starts itself (`find -exec`) hands its output to that program.
    if (!run || run.started) return original();
    run.started = true;
    run.result = await original();
    return { ...NOTHING, exitCode: run.result.exitCode };
  });
}

/** A program that is ours, for programs that start others. */
function ours(name: string): CustomCommand {
  return defineCommand(name, async (args, { cwd, stdin }) => {
    const run = current.getStore();
    if (!run) return NOTHING;
    const { process, system } = run.of;
    const found = await findProgram(process, name);
    if ('status' in found) return { ...NOTHING, exitCode: found.status };
    const [out, err] = [new Collector(OUTPUT_BYTES_MAX), new Collector(OUTPUT_BYTES_MAX)];
    const input = new BytesFile(Buffer.from(latin1FromBytes(stdin), 'latin1'));
    const files = new Map<number, OpenFile>([
      [0, input],
      [1, out],
      [2, err],
    ]);
    const child = new Process({ system, parent: process, argv: [name, ...args], env: process.env, cwd, files });
    const exitCode = await process.wait(child.run((one) => found.run(one, [name, ...args])));
    const text = (file: Collector): string => Buffer.from(file.bytes).toString('utf8');
    return { stdout: text(out), stderr: text(err), exitCode };
  });
}

async function runOnce(run: Invocation, input: Uint8Array): Promise<number> {
  const own: Run = { of: run, started: false };
  // Paths of descriptors mean this process.
  const args = run.args.map((arg) => (/^\/dev\/(fd\/\d+|stdin)$/.test(arg) ? run.path(arg) : arg));
  const outer = await run.process.wait(
    current.run(own, () =>
      engineOf(run.system).exec(run.name, {
        args,
        stdin: Buffer.from(input).toString('latin1'),
        stdinKind: 'bytes',
        cwd: run.process.cwd,
        env: { ...run.env, PATH: '/bin' },
        replaceEnv: true,
        signal: run.process.abortSignal,
      }),
    ),
  );
  const result = own.result ?? outer;
  const bytes = result.stdoutKind === 'bytes' || result.stdoutEncoding === 'binary';
  await run.out(bytes ? Buffer.from(result.stdout, 'latin1') : result.stdout);
  if (result.stderr !== '') await run.err(result.stderr.replace(FULL, '$1: write error: No space left on device'));
  return result.exitCode;
}

function utility(reads: Reads): Program {
  return async (run) => {
    if (!wantsInput(run.args, reads)) return runOnce(run, new Uint8Array());
    if (!reads.lines?.(run.args)) return runOnce(run, await run.all(run.input(), INPUT_BYTES_MAX));
    let status = 1;
    let any = false;
    for await (const lines of wholeLines(run)) {
      any = true;
      const own = await runOnce(run, lines);
      status = status === 0 || own === 0 ? 0 : own;
    }
    return any ? status : runOnce(run, new Uint8Array());
  };
}

/** As many whole lines as are there at a time. */
async function* wholeLines(run: Invocation): AsyncGenerator<Uint8Array> {
  let left: Uint8Array = new Uint8Array();
  for await (const chunk of run.input()) {
    const end = chunk.lastIndexOf(0x0a) + 1;
    if (left.length + chunk.length > INPUT_BYTES_MAX) throw new Complaint('memory exhausted', 2);
    if (end === 0) {
      left = Buffer.concat([left, chunk]);
      continue;
    }
    yield Buffer.concat([left, chunk.subarray(0, end)]);
    left = chunk.slice(end);
  }
  if (left.length > 0) yield left;
}

function wantsInput(args: readonly string[], { operands, values = '' }: Reads): boolean {
  if (args.includes('-') || args.includes('/dev/stdin')) return true;
  if (args.includes('-n') && operands === 2 && values === 'f') return false;
  let count = 0;
  let given = 0;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (/^--?(recursive|r|R)$/.test(arg) && values === GREP.values) return false;
    const takes = /^-[a-zA-Z]+$/.test(arg) && values.includes(arg.at(-1) ?? '');
    if (takes) {
      i += 1;
      // A pattern or a script that an option gives is no operand.
      if (/^-\w*[ef]$/.test(arg) && operands === 2) given = 1;
    } else if (!/^-./.test(arg)) count += 1;
  }
  return count < operands - given;
}

export const UTILITY_PROGRAMS: Readonly<Record<string, Program>> = Object.fromEntries(
  Object.entries(UTILITIES).map(([name, reads]) => [name, utility(reads)] as const),
);
