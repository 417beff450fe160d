import type { ProcessEntry } from '../../../processes.ts';
import { type SignalName, signalNamed } from '../../../signals.ts';
import { Complaint } from '../process/errors.ts';
import type { Invocation, Program } from '../process/invocation.ts';
import { memoryOf } from '../tree/memory.ts';
import { strftime } from './date.ts';
import { flagsOf } from './flags.ts';

// One row each, whatever a script has in it.
const commandOf = ({ argv }: ProcessEntry): string => argv.join(' ').replace(/[\x00-\x1f]/g, ' ');
const nameOf = ({ argv }: ProcessEntry): string => (argv[0] ?? '').replace(/^.*\//, '');

/** `ps` of busybox, and the columns of `ps aux`, `ps -ef`. */
const ps: Program = async (run) => {
  const style = run.args.join('').replace(/-/g, '');
  const rows = run.system.processes.list();
  const start = (entry: ProcessEntry): string => strftime('%H:%M', entry.startedAtMs);
  if (/f/.test(style) && /e/.test(style)) {
    await run.out('UID          PID    PPID  C STIME TTY          TIME CMD\n');
    for (const one of rows)
      await run.out(
        `root     ${String(one.pid).padStart(7)} ${String(one.ppid).padStart(7)}  0 ${start(one)} ?        00:00:00 ${commandOf(one)}\n`,
      );
  } else if (/u/.test(style)) {
    await run.out('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n');
    for (const one of rows)
      await run.out(
        `root     ${String(one.pid).padStart(7)}  0.0  0.0   1000   500 ?        S    ${start(one)}   0:00 ${commandOf(one)}\n`,
      );
  } else {
    await run.out('PID   USER     TIME  COMMAND\n');
    for (const one of rows) await run.out(`${String(one.pid).padStart(5)} root      0:00 ${commandOf(one)}\n`);
  }
  return 0;
};

const top: Program = async (run) => {
  const { flags, values } = flagsOf(
    run.args.map((arg) => (/^-\w*[bn]\w*\d$/.test(arg) ? arg.replace(/(\d+)$/, '') : arg)),
    'nd',
  );
  const attached = /-\w*n(\d+)/.exec(run.args.join(' '))?.[1];
  const rounds = Number(attached ?? values.get('n') ?? (flags.has('b') ? Infinity : 1));
  for (let i = 0; i < rounds; i++) {
    if (i > 0) await run.process.sleep((Number(values.get('d')) || 5) * 1000);
    const { total, used } = memoryOf(run.system);
    const kb = (bytes: number): string => `${Math.floor(bytes / 1024)}K`;
    await run.out(`Mem: ${kb(used)} used, ${kb(total - used)} free, 0K shrd, 0K buff, 0K cached\n`);
    await run.out('CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq\n');
    await run.out('  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND\n');
    for (const one of run.system.processes.list()) {
      await run.out(`${String(one.pid).padStart(5)} ${String(one.ppid).padStart(5)} root     S     1000   0%   0% ${commandOf(one)}\n`);
    }
  }
  return 0;
};

const uptime: Program = async (run) => {
  const { clock, startedAtMs } = run.system;
  const minutes = Math.floor((clock.now() - startedAtMs) / 60_000);
  await run.out(` ${strftime('%H:%M:%S', clock.now())} up ${minutes} min,  load average: 0.00, 0.00, 0.00\n`);
  return 0;
};

const others = (run: Invocation): ProcessEntry[] => run.system.processes.list().filter(({ pid }) => pid !== run.process.pid);

const pidof: Program = async (run) => {
  const names = run.args.filter((arg) => !arg.startsWith('-'));
  const pids = others(run).filter((one) => names.includes(nameOf(one)));
  if (pids.length === 0) return 1;
  await run.out(
    `${pids
      .map(({ pid }) => pid)
      .reverse()
      .join(' ')}\n`,
  );
  return 0;
};

function matching(run: Invocation, pattern: string, wholeLine: boolean, exact: boolean): ProcessEntry[] {
  let expression: RegExp;
  try {
    expression = new RegExp(exact ? `^(?:${pattern})$` : pattern);
  } catch {
    throw new Complaint(`bad regex '${pattern}'`, 2);
  }
  return others(run).filter((one) => expression.test(wholeLine ? commandOf(one) : nameOf(one)));
}

const pgrep: Program = async (run) => {
  const { flags, words } = flagsOf(run.args, '');
  const found = matching(run, words[0] ?? '', flags.has('f'), flags.has('x'));
  for (const one of found)
    await run.out(flags.has('l') || flags.has('a') ? `${one.pid} ${flags.has('a') ? commandOf(one) : nameOf(one)}\n` : `${one.pid}\n`);
  return found.length > 0 ? 0 : 1;
};

/** `-9`, `-TERM`, `-s TERM` in front. */
function signalIn(args: readonly string[]): { signal: SignalName; rest: string[] } {
  const rest = [...args];
  const at = rest.findIndex((arg) => /^-([A-Z]+\d?|\d+|s)$/.test(arg));
  if (at < 0) return { signal: 'SIGTERM', rest };
  const [flag = ''] = rest.splice(at, 1);
  const name = flag === '-s' ? (rest.splice(at, 1)[0] ?? '') : flag.slice(1);
  const signal = signalNamed(name);
  if (!signal) throw new Complaint(`bad signal name '${name}'`);
  return { signal, rest };
}

const pkill: Program = (run) => {
  const { signal, rest } = signalIn(run.args);
  const { flags, words } = flagsOf(rest, '');
  const found = matching(run, words[0] ?? '', flags.has('f'), flags.has('x'));
  for (const { pid } of found) run.system.kill(pid, signal);
  return found.length > 0 ? 0 : 1;
};

const killall: Program = async (run) => {
  const { signal, rest } = signalIn(run.args);
  let status = 0;
  for (const name of rest) {
    const found = others(run).filter((one) => nameOf(one) === name);
    for (const { pid } of found) run.system.kill(pid, signal);
    if (found.length > 0) continue;
    await run.warn(`${name}: no process killed`);
    status = 1;
  }
  return status;
};

const which: Program = async (run) => {
  let status = 0;
  for (const name of run.args.filter((arg) => !arg.startsWith('-'))) {
    const folders = name.includes('/') ? [''] : (run.env.PATH ?? '').split(':').map((folder) => `${folder}/`);
    const found = await firstProgram(
      run,
      folders.map((folder) => folder + name),
    );
    if (found === undefined) status = 1;
    else await run.out(`${found}\n`);
  }
  return status;
};

async function firstProgram(run: Invocation, paths: readonly string[]): Promise<string | undefined> {
  // A program of the image is in /bin, whatever comes first in PATH.
  for (const path of [...paths.filter((one) => one.startsWith('/bin/')), ...paths]) {
    const stat = await run.system.tree.stat(run.path(path));
    if (stat?.kind === 'file' && (stat.mode & 0o111) !== 0) return path;
  }
  return undefined;
}

export const PROCESSES: Readonly<Record<string, Program>> = { killall, pgrep, pidof, pkill, ps, top, uptime, which };
