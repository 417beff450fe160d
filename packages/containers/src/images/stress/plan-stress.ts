import { parseDuration } from '@kubernats/apimachinery';
import { numberFlag, parseFlags } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { parseBytes } from '../../texts/bytes.ts';

const FLAGS = {
  ...{ cpu: '0', vm: '0', io: '0', hdd: '0', 'vm-bytes': '256M', 'vm-hang': '-1', 'vm-keep': false, 'vm-stride': '', timeout: '' },
  ...{ backoff: '', 'hdd-bytes': '', verbose: false, quiet: false, 'dry-run': false },
  // stress-ng's.
  ...{ 'cpu-load': '100', 'vm-method': '', 'cpu-method': '', metrics: false, 'metrics-brief': false, matrix: '0', times: false },
};
const ALIASES = { c: 'cpu', m: 'vm', i: 'io', d: 'hdd', t: 'timeout', v: 'verbose', q: 'quiet', n: 'dry-run', l: 'cpu-load' } as const;
const CORE = 1000;

/** What a command line of `stress` asks for. */
export interface StressPlan {
  millicores: number;
  memoryBytes: number;
  /** Undefined: until it is stopped. */
  timeoutMs: number | undefined;
  /** What it says when it begins, and when its time is over; '': nothing. */
  begun: string;
  done: string;
}

/** Reads `stress --cpu 2 --vm 1 --vm-bytes 150M --vm-hang 1 --timeout 60`, words without the program. A text: its help. Throws `ProgramExit`. */
export function planStress(program: string, words: readonly string[]): StressPlan | string {
  if (words.length === 0 || words.includes('--help'))
    return `Usage: ${program} --cpu N --vm N --vm-bytes B --vm-hang SECONDS --timeout T\n`;
  const { values } = parseFlags(words, FLAGS, ALIASES);
  const workers = (flag: 'cpu' | 'vm' | 'io' | 'hdd' | 'matrix'): number => numberFlag(flag, values[flag]);
  const [cpu, vm, io, hdd, matrix] = [workers('cpu'), workers('vm'), workers('io'), workers('hdd'), workers('matrix')];
  const fail = (why: string): ProgramExit => new ProgramExit(1, `${program}: FAIL: [1] ${why}`);
  const bytes = parseBytes(values['vm-bytes']);
  if (bytes === undefined) throw fail(`unrecognized suffix: ${values['vm-bytes'].slice(-1)}`);
  const timeoutMs = values.timeout === '' ? undefined : parseDuration(values.timeout, 's');
  if (values.timeout !== '' && timeoutMs === undefined) throw fail(`unrecognized timeout: ${values.timeout}`);
  if (cpu + vm + io + hdd + matrix === 0) throw fail('no workers: give --cpu, --vm, --io or --hdd');
  // A vm worker that does not hang writes its memory over and over.
  const busy = cpu + matrix + io + hdd + (numberFlag('vm-hang', values['vm-hang']) >= 0 ? 0 : vm);
  const info = (text: string): string => (values.quiet ? '' : `${program}: info: [1] ${text}\n`);
  return {
    millicores: busy * CORE * (numberFlag('cpu-load', values['cpu-load']) / 100),
    memoryBytes: vm * bytes,
    timeoutMs,
    begun: info(`dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd`),
    done: info(`successful run completed in ${Math.round((timeoutMs ?? 0) / 1000)}s`),
  };
}
