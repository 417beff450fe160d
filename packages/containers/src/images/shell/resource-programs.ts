// Programs that use up what a container may have (P5): `stress`, as the tool of that name, and `kubernats-use`, which is simpler.
import { quantityMilli, quantityOf, quantityValue } from '@kubernats/apimachinery';
import type { ExecResult } from 'just-bash';
import type { ImageContext } from '../../image.ts';
import type { MeterPart } from '../../resources/meter.ts';
import type { Traps } from './signals.ts';

type Run = (args: string[], shell: { signal?: AbortSignal }) => Promise<ExecResult>;

const done = (stdout = '', exitCode = 0, stderr = ''): ExecResult => ({ stdout, stderr, exitCode });

/** By name; a shell defines them as its own. */
export function resourcePrograms(context: ImageContext, traps: Pick<Traps, 'sleep'>): Readonly<Record<string, Run>> {
  return {
    stress: (args, shell) => stress(args, shell.signal, context, traps),
    'kubernats-use': async (args) => use(args, context),
  };
}

const STRESS_HELP = `Usage: stress [OPTION]...
 -c, --cpu N        spin on N cores
 -m, --vm N         hold memory, N times
     --vm-bytes B   so much each, such as 512M (default 256M)
 -t, --timeout T    end after T, such as 30s, 5m (default: never)
`;

interface StressPlan {
  cpu: number;
  vm: number;
  bytes: number;
  timeoutMs: number;
}

async function stress(
  args: readonly string[],
  signal: AbortSignal | undefined,
  { meter, stdout }: ImageContext,
  traps: Pick<Traps, 'sleep'>,
): Promise<ExecResult> {
  const plan = planStress(args);
  if (plan === 'help') return done(STRESS_HELP);
  if (typeof plan === 'string') return done('', 1, `stress: FAIL: [1] ${plan}\n`);
  const { cpu, vm, bytes, timeoutMs } = plan;
  void stdout(`stress: info: [1] dispatching hogs: ${cpu} cpu, 0 io, ${vm} vm, 0 hdd\n`);
  const part: MeterPart = meter.part();
  try {
    part.setCpu((cpu + vm) * 1000);
    part.setMemory(vm * bytes);
    await traps.sleep(timeoutMs, signal);
  } finally {
    part.release();
  }
  return done(timeoutMs === Infinity ? '' : `stress: info: [1] successful run completed in ${Math.round(timeoutMs / 1000)}s\n`);
}

/** Reads the command line; a text says what is wrong with it. */
export function planStress(args: readonly string[]): StressPlan | string {
  const plan: StressPlan = { cpu: 0, vm: 0, bytes: 256 * 1024 * 1024, timeoutMs: Infinity };
  const rest = args.flatMap((arg) => (arg.startsWith('--') && arg.includes('=') ? splitOnce(arg) : [arg]));
  if (rest.length === 0) return 'help';
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '-?' || arg === '--help') return 'help';
    if (arg === '-q' || arg === '--quiet' || arg === '-v' || arg === '--verbose') continue;
    const value = rest.shift();
    const set = Object.hasOwn(SETTERS, arg) ? SETTERS[arg] : undefined;
    if (!set) return `unrecognized option: ${arg}`;
    if (value === undefined || !set(plan, value)) return `invalid argument of ${arg}: ${value ?? 'missing'}`;
  }
  return plan;
}

const SETTERS: Readonly<Record<string, (plan: StressPlan, value: string) => boolean>> = {
  '-c': (plan, value) => set(plan, 'cpu', count(value)),
  '--cpu': (plan, value) => set(plan, 'cpu', count(value)),
  '-m': (plan, value) => set(plan, 'vm', count(value)),
  '--vm': (plan, value) => set(plan, 'vm', count(value)),
  '--vm-bytes': (plan, value) => set(plan, 'bytes', size(value)),
  '-t': (plan, value) => set(plan, 'timeoutMs', time(value)),
  '--timeout': (plan, value) => set(plan, 'timeoutMs', time(value)),
};

function set(plan: StressPlan, key: keyof StressPlan, value: number | undefined): boolean {
  if (value !== undefined) plan[key] = value;
  return value !== undefined;
}

const count = (text: string): number | undefined => (/^\d{1,6}$/.test(text) ? Number(text) : undefined);

function size(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)([bkmgt]?)i?b?$/i.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * 1024 ** ' kmgt'.indexOf(unit.toLowerCase().replace('b', '') || ' ');
}

function time(text: string): number | undefined {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smhdy]?)$/.exec(text) ?? [];
  const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 };
  return number === undefined ? undefined : Number(number) * (seconds[unit || 's'] ?? 1) * 1000;
}

function splitOnce(arg: string): string[] {
  const equals = arg.indexOf('=');
  return [arg.slice(0, equals), arg.slice(equals + 1)];
}

const USE_HELP = `Usage: kubernats-use memory AMOUNT|-    hold so much memory, such as 1Gi; -: as the image does
       kubernats-use cpu AMOUNT|-       want so much CPU, such as 500m
       kubernats-use                    show what the container holds
`;

/** Unlike `stress` it returns at once, and what it says stands. */
function use(args: readonly string[], { meter }: ImageContext): ExecResult {
  const [what, text] = args;
  if (what === undefined) return done(`memory ${quantityOf(BigInt(meter.memoryBytes) * 1_000_000_000n, 'BinarySI')}\n`);
  if ((what !== 'memory' && what !== 'cpu') || text === undefined || args.length !== 2) return done('', 1, USE_HELP);
  try {
    const amount = text === '-' ? undefined : what === 'memory' ? quantityValue(text) : quantityMilli(text);
    if (amount !== undefined && amount < 0) throw new Error('must be greater than or equal to 0');
    meter.override(what, amount);
    return done();
  } catch (error) {
    return done('', 1, `kubernats-use: ${text}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
