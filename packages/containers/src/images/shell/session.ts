import type { ImageContext } from '../../image.ts';
import { SIGNAL_NAMES, type SignalName } from '../../signals.ts';
import { Teletype } from '../../terminal/teletype.ts';
import { commandLine, DEFAULT_PATH } from './plan.ts';
import { findProgram } from './process/find-program.ts';
import { Process } from './process/process.ts';
import type { OpenFile } from './streams/open-file.ts';
import { OuterInput, OuterOutput } from './streams/outer.ts';
import { TerminalFile } from './streams/terminal-file.ts';
import { System } from './system.ts';

/** Runs a command line as a program of the container, to its end; the answer is its exit status. */
export async function runSession(context: ImageContext): Promise<number> {
  const system = await System.of(context);
  const argv = commandLine(context);
  const first = context.main;
  const files = streamsOf(context);
  const process = new Process({
    system,
    first,
    meter: context.meter,
    argv,
    env: { PATH: DEFAULT_PATH, HOSTNAME: system.hostname, HOME: '/root', ...(context.terminal ? { TERM: 'xterm' } : {}), ...context.env },
    cwd: context.workingDir || '/',
    files,
    ownGroup: true,
  });
  for (const file of new Set(files.values())) file.release();
  if (first) for (const name of SIGNAL_NAMES) context.onSignal(name, () => process.signal(name));
  const stop = (): void => {
    // What it has started in the background goes on only where it ended by itself.
    for (const one of system.familyOf(process)) one.kill('SIGKILL');
  };
  context.signal.addEventListener('abort', stop, { once: true });
  const { terminal } = context;
  if (terminal instanceof Teletype) terminal.onSignal = (name) => signalGroup(system, process.group, name);
  try {
    if (context.signal.aborted) stop();
    return await process.run(async (one) => {
      const found = await findProgram(one, argv[0] ?? '');
      return 'status' in found ? found.status : found.run(one, argv);
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}

/** A key that means a signal reaches every program of the job in the foreground. */
function signalGroup(system: System, group: number, name: SignalName): void {
  for (const entry of system.processes.list()) if (entry instanceof Process && entry.group === group) entry.signal(name);
}

function streamsOf(context: ImageContext): Map<number, OpenFile> {
  const { terminal, signal } = context;
  if (terminal instanceof Teletype) {
    const file = new TerminalFile(terminal);
    return new Map([
      [0, file],
      [1, file],
      [2, file],
    ]);
  }
  const gone = (): boolean => signal.aborted;
  return new Map<number, OpenFile>([
    [0, new OuterInput(context.stdin)],
    [1, new OuterOutput('/dev/stdout', context.stdout, gone)],
    [2, new OuterOutput('/dev/stderr', context.stderr, gone)],
  ]);
}
