import { SIGNALS, type SignalName } from '../../../signals.ts';
import { ShellError } from '../interpreter/flow.ts';
import type { Job } from '../interpreter/jobs.ts';
import { heed, waitInForeground } from '../interpreter/run.ts';
import type { Shell } from '../interpreter/shell.ts';
import { quote } from '../plan.ts';
import { killWords, signalOfKill } from '../process/kill.ts';
import type { Builtins } from './builtins.ts';

export const JOBS: Builtins = {
  jobs: async (shell, [flag]) => {
    for (const job of [...shell.jobs.list()]) {
      await shell.out(flag === '-p' ? `${job.pid}\n` : shell.jobs.describe(job));
      if (job.process.status !== undefined) shell.jobs.remove(job);
    }
    return 0;
  },
  wait,
  kill,
  fg: async (shell, [spec = '%+']) => {
    const job = jobOf(shell, spec, 'fg');
    await shell.out(`${job.text}\n`);
    const status = await waitInForeground(shell, job.process.done);
    shell.jobs.remove(job);
    return status;
  },
  bg: async (shell, [spec = '%+']) => {
    const job = jobOf(shell, spec, 'bg');
    await shell.out(`[${job.number}] ${job.text}\n`);
    return 0;
  },
  disown: (shell, [spec = '%+']) => {
    const job = shell.jobs.find(spec);
    if (job) shell.jobs.remove(job);
    return 0;
  },
  trap: async (shell, args) => {
    const words = args[0] === '--' ? args.slice(1) : args;
    const [body, ...names] = words;
    if (body === undefined || body === '-p') {
      await shell.out(shell.traps.list((word) => (word === '' ? "''" : quote(word))));
      return 0;
    }
    if (body === '-l') {
      await shell.out(`${Object.keys(SIGNALS).join(' ')}\n`);
      return 0;
    }
    // One word alone is a signal whose default comes back.
    const [action, signals] = names.length === 0 ? ['-', [body]] : [body, names];
    let status = 0;
    for (const name of signals) {
      if (shell.traps.set(action, name)) continue;
      await shell.complain(`trap: ${name}: invalid signal specification`);
      status = 1;
    }
    return status;
  },
  times: async (shell) => {
    await shell.out('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
    return 0;
  },
};

function jobOf(shell: Shell, spec: string, verb: string): Job {
  const job = spec.startsWith('%') ? shell.jobs.find(spec) : shell.jobs.list().find(({ pid }) => String(pid) === spec);
  if (!job) throw new ShellError(`${verb}: ${spec === '%+' ? 'no current job' : `${spec}: no such job`}`);
  return job;
}

/** `wait [-n] [PID|%JOB…]`: until they have ended. A trapped signal ends it early; its trap runs at once. Source: POSIX, `wait`. */
async function wait(shell: Shell, args: readonly string[]): Promise<number> {
  const specs = args.filter((arg) => !arg.startsWith('-'));
  const [first] = shell.jobs.list();
  if (args.includes('-n')) {
    if (!first) return 127;
    const any = Promise.race(shell.jobs.list().map(async (job) => ({ job, status: await job.process.done })));
    const ended = await shell.unlessSignalled(any);
    if ('signal' in ended) return trapped(shell, ended.signal);
    shell.jobs.remove(ended.value.job);
    return ended.value.status;
  }
  const jobs: (Job | undefined)[] =
    specs.length === 0
      ? [...shell.jobs.list()]
      : specs.map((spec) => (spec.startsWith('%') ? shell.jobs.find(spec) : shell.jobs.list().find(({ pid }) => String(pid) === spec)));
  let status = 0;
  for (const job of jobs) {
    if (!job) {
      status = 127;
      continue;
    }
    const ended = await shell.unlessSignalled(job.process.done);
    if ('signal' in ended) return trapped(shell, ended.signal);
    status = ended.value;
    shell.jobs.remove(job);
  }
  return specs.length === 0 ? 0 : status;
}

async function trapped(shell: Shell, signal: SignalName): Promise<number> {
  await heed(shell);
  return 128 + SIGNALS[signal];
}

/** `kill [-SIGNAL] PID|%JOB…`, `kill -l`. Source: POSIX, `kill`. */
async function kill(shell: Shell, args: readonly string[]): Promise<number> {
  if (args[0] === '-l' || args[0] === '-L') {
    await shell.out(killWords(args[1]));
    return 0;
  }
  const { signal, targets, unknown } = signalOfKill(args);
  if (unknown !== undefined)
    throw new ShellError(
      shell.flavour === 'bash' ? `kill: ${unknown}: invalid signal specification` : `kill: bad signal name '${unknown}'`,
    );
  if (targets.length === 0) throw new ShellError('kill: you need to specify whom to kill', shell.flavour === 'bash' ? 2 : 1);
  let status = 0;
  for (const target of targets) {
    const job = target.startsWith('%') ? shell.jobs.find(target) : undefined;
    const pid = job?.pid ?? Number(target);
    if (!shell.process.system.kill(pid, signal)) {
      const why = Number.isInteger(pid) ? 'No such process' : 'invalid number';
      await shell.complain(shell.flavour === 'bash' ? `kill: (${target}) - ${why}` : `kill: can't kill pid ${target}: ${why}`);
      status = 1;
    }
  }
  return status;
}
