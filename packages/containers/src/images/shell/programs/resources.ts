// Programs that use up what a container may have (P5): `stress`, as the tool of that name, and `kubernats-use`, which is simpler.
import { quantityMilli, quantityOf, quantityValue } from '@kubernats/apimachinery';
import { Complaint } from '../process/errors.ts';
import type { Program } from '../process/invocation.ts';

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

const stress: Program = async (run) => {
  const plan = planStress(run.args);
  if (plan === 'help') {
    await run.out(STRESS_HELP);
    return 0;
  }
  if (typeof plan === 'string') throw new Complaint(`FAIL: [1] ${plan}`);
  const { cpu, vm, bytes, timeoutMs } = plan;
  await run.out(`stress: info: [1] dispatching hogs: ${cpu} cpu, 0 io, ${vm} vm, 0 hdd\n`);
  const part = run.process.meter.part();
  try {
    part.setCpu((cpu + vm) * 1000);
    part.setMemory(vm * bytes);
    await run.process.sleep(timeoutMs);
  } finally {
    part.release();
  }
  await run.out(`stress: info: [1] successful run completed in ${Math.round(timeoutMs / 1000)}s\n`);
  return 0;
};

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
const use: Program = async (run) => {
  const { meter } = run.process;
  const [what, text] = run.args;
  if (what === undefined) {
    await run.out(`memory ${quantityOf(BigInt(meter.memoryBytes) * 1_000_000_000n, 'BinarySI')}\n`);
    return 0;
  }
  if ((what !== 'memory' && what !== 'cpu') || text === undefined || run.args.length !== 2) {
    await run.err(USE_HELP);
    return 1;
  }
  meter.override(what, text === '-' ? undefined : amountOf(what, text));
  return 0;
};

function amountOf(what: 'memory' | 'cpu', text: string): number {
  try {
    const amount = what === 'memory' ? quantityValue(text) : quantityMilli(text);
    if (amount < 0) throw new Error('must be greater than or equal to 0');
    return amount;
  } catch (error) {
    throw new Complaint(`${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export const RESOURCES: Readonly<Record<string, Program>> = { 'kubernats-use': use, stress };
