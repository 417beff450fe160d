// Programs that run another program: in their own place, or as a child.
import { SIGNALS, signalNamed } from '../../../signals.ts';
import { Complaint } from '../process/errors.ts';
import { findProgram } from '../process/find-program.ts';
import type { Invocation, Program } from '../process/invocation.ts';
import { Process } from '../process/process.ts';
import { flagsOf } from './flags.ts';

/** Runs words as a program in this one's place. */
export async function become(run: Invocation, words: readonly string[], env = run.env): Promise<number> {
  const [word = ''] = words;
  run.process.env = env;
  const found = await findProgram(run.process, word);
  if ('status' in found)
    throw new Complaint(
      `can't execute '${word}': ${found.code === 'ENOENT' ? 'No such file or directory' : 'Permission denied'}`,
      found.status,
    );
  run.process.argv = words;
  return found.run(run.process, words);
}

/** Runs words as a program of its own. */
export async function launch(run: Invocation, words: readonly string[]): Promise<Process> {
  const { process, system } = run;
  const found = await findProgram(process, words[0] ?? '');
  if ('status' in found)
    throw new Complaint(
      `can't execute '${words[0]}': ${found.code === 'ENOENT' ? 'No such file or directory' : 'Permission denied'}`,
      found.status,
    );
  const child = new Process({ system, parent: process, argv: words, env: run.env, cwd: process.cwd, files: process.files });
  void child.run((one) => found.run(one, words));
  return child;
}

const env: Program = async (run) => {
  const words = [...run.args];
  const changed: Record<string, string> = {};
  let base: Readonly<Record<string, string>> = run.env;
  const gone = new Set<string>();
  for (let word = words[0]; word !== undefined; word = words[0]) {
    if (word === '-i' || word === '-') base = {};
    else if (word === '-u') {
      words.shift();
      gone.add(words[0] ?? '');
    } else if (/^[^=-][^=]*=/.test(word))
      Object.defineProperty(changed, word.slice(0, word.indexOf('=')), {
        value: word.slice(word.indexOf('=') + 1),
        enumerable: true,
        configurable: true,
      });
    else if (word === '--') {
      words.shift();
      break;
    } else break;
    words.shift();
  }
  const all = Object.fromEntries(Object.entries({ ...base, ...changed }).filter(([name]) => !gone.has(name)));
  if (words.length > 0) return become(run, words, all);
  for (const [name, value] of Object.entries(all)) await run.out(`${name}=${value}\n`);
  return 0;
};

/** Seconds with an optional unit: `10`, `0.5`, `1m`, `infinity`. */
export function secondsOf(text: string): number | undefined {
  if (text === 'infinity' || text === 'inf') return Infinity;
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  return match ? Number(match[1]) * ({ m: 60, h: 3600, d: 86400 }[match[2] ?? ''] ?? 1) : undefined;
}

const sleep: Program = async (run) => {
  if (run.args.length === 0) throw new Complaint('missing operand');
  let ms = 0;
  for (const arg of run.args) {
    const seconds = secondsOf(arg);
    if (seconds === undefined) throw new Complaint(`invalid number '${arg}'`);
    ms += seconds * 1000;
  }
  await run.process.sleep(ms);
  return 0;
};

const usleep: Program = async (run) => {
  await run.process.sleep(Number(run.args[0] ?? 0) / 1000 || 0);
  return 0;
};

/** `timeout [-s SIGNAL] [-k SECONDS] SECONDS PROGRAM…` */
const timeout: Program = async (run) => {
  const words = [...run.args];
  let signal = signalNamed('TERM');
  let killAfterMs: number | undefined;
  let preserves = false;
  while (/^-./.test(words[0] ?? '')) {
    const flag = words.shift() ?? '';
    if (flag === '--preserve-status') preserves = true;
    else if (flag.startsWith('-s') || flag.startsWith('--signal='))
      signal = signalNamed(flag.replace(/^(-s|--signal=)/, '') || (words.shift() ?? ''));
    else if (flag.startsWith('-k')) killAfterMs = (secondsOf(flag.slice(2) || (words.shift() ?? '')) ?? 0) * 1000;
  }
  const seconds = secondsOf(words.shift() ?? '');
  if (seconds === undefined || signal === undefined || words.length === 0)
    throw new Complaint('usage: timeout [-s SIG] SECS PROG ARGS', 125);
  const child = await launch(run, words);
  const { clock } = run.system;
  let late = false;
  const first = clock.setTimer(Math.min(seconds * 1000, 2 ** 31 - 1), () => {
    late = true;
    child.signal(signal);
  });
  const second = killAfterMs === undefined ? undefined : clock.setTimer(seconds * 1000 + killAfterMs, () => child.kill('SIGKILL'));
  const forget = run.process.onEnd(() => child.kill('SIGTERM'));
  try {
    const status = await run.process.wait(child.done);
    // GNU's answers 124, busybox' that of the program's signal.
    return late && !preserves && status !== 128 + SIGNALS.SIGKILL
      ? run.system.context.image.includes('busybox')
        ? 128 + SIGNALS[signal]
        : 124
      : status;
  } finally {
    first.cancel();
    second?.cancel();
    forget();
  }
};

const time: Program = async (run) => {
  const startedMs = run.system.clock.monotonic();
  const status = await run.process.wait(
    (
      await launch(
        run,
        run.args.filter((arg) => arg !== '-p'),
      )
    ).done,
  );
  const seconds = (run.system.clock.monotonic() - startedMs) / 1000;
  await run.err(`real\t${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
  return status;
};

const nohup: Program = (run) => {
  run.process.handlers.set('SIGHUP', 'ignore');
  return become(run, run.args);
};

/** A program whose options end before the words of the one that it runs. */
const passing: Program = (run) => {
  const words = [...run.args];
  while (/^-./.test(words[0] ?? '')) {
    const flag = words.shift() ?? '';
    if (/^-[nioe]$/.test(flag)) words.shift();
  }
  return words.length === 0 ? 0 : become(run, words);
};

/** `watch [-n SECONDS] PROGRAM…`: the same again and again, on a cleared screen. */
const watch: Program = async (run) => {
  const { values, flags } = flagsOf(
    run.args.slice(
      0,
      run.args.findIndex((arg, i) => !/^-/.test(arg) && run.args[i - 1] !== '-n'),
    ),
    'n',
  );
  const from = run.args.findIndex((arg, i) => !/^-/.test(arg) && run.args[i - 1] !== '-n');
  const words = from < 0 ? [] : run.args.slice(from);
  if (words.length === 0) throw new Complaint('usage: watch [-n SEC] [-t] PROG ARGS');
  const seconds = secondsOf(values.get('n') ?? '2') ?? 2;
  for (;;) {
    await run.out('\x1b[H\x1b[J');
    if (!flags.has('t')) await run.out(`Every ${seconds.toFixed(1)}s: ${words.join(' ')}\n\n`);
    await run.process.wait((await launch(run, ['sh', '-c', words.join(' ')])).done);
    await run.process.sleep(seconds * 1000);
  }
};

export const LAUNCHERS: Readonly<Record<string, Program>> = {
  env,
  nice: passing,
  nohup,
  setsid: passing,
  sleep,
  stdbuf: passing,
  time,
  timeout,
  usleep,
  watch,
};
