import type { ImageContext } from '../../image.ts';
import { numberFlag, parseFlags } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { programImage } from '../../programs/program-image.ts';
import { parseBytes } from '../../texts/bytes.ts';
import { parseDuration } from '../../texts/duration.ts';

const FLAGS = {
  ...{ cpu: '0', vm: '0', io: '0', hdd: '0', 'vm-bytes': '256M', 'vm-hang': '-1', 'vm-keep': false, 'vm-stride': '', timeout: '' },
  ...{ backoff: '', 'hdd-bytes': '', verbose: false, quiet: false, 'dry-run': false },
  // stress-ng's.
  ...{ 'cpu-load': '100', 'vm-method': '', 'cpu-method': '', metrics: false, 'metrics-brief': false, matrix: '0', times: false },
};
const ALIASES = { c: 'cpu', m: 'vm', i: 'io', d: 'hdd', t: 'timeout', v: 'verbose', q: 'quiet', n: 'dry-run', l: 'cpu-load' } as const;
const CORE = 1000;

/** Workers that use CPU and memory: `stress --cpu 2 --vm 1 --vm-bytes 150M --vm-hang 1 --timeout 60`. */
export const stress = programImage({
  names: ['polinux/stress', 'progrium/stress', 'polinux/stress-ng'],
  defaultArgs: ['stress', '--verbose', '--vm', '1', '--vm-bytes', '256M'],
  programs: { stress: run, 'stress-ng': run },
});

/** The same with the program as its entry point. */
export const stressNg = programImage({
  names: ['alexeiled/stress-ng', 'colinianking/stress-ng'],
  entrypoint: ['/stress-ng'],
  defaultArgs: ['--help'],
  programs: { 'stress-ng': run, stress: run },
});

async function run(context: ImageContext, [name = 'stress', ...words]: readonly string[]): Promise<number> {
  const program = name.split('/').at(-1) ?? name;
  if (words.length === 0 || words.includes('--help')) {
    context.stdout(`Usage: ${program} --cpu N --vm N --vm-bytes B --vm-hang SECONDS --timeout T\n`);
    return words.length === 0 && program === 'stress' ? 1 : 0;
  }
  const { values } = parseFlags(words, FLAGS, ALIASES);
  const [cpu, vm, io, hdd, matrix] = (['cpu', 'vm', 'io', 'hdd', 'matrix'] as const).map((flag) => numberFlag(flag, values[flag]));
  if (cpu === undefined || vm === undefined || io === undefined || hdd === undefined || matrix === undefined) return 1;
  const bytes = parseBytes(values['vm-bytes']);
  if (bytes === undefined) throw new ProgramExit(1, `${program}: FAIL: [1] unrecognized suffix: ${values['vm-bytes'].slice(-1)}`);
  const timeoutMs = values.timeout === '' ? undefined : parseDuration(values.timeout);
  if (values.timeout !== '' && timeoutMs === undefined)
    throw new ProgramExit(1, `${program}: FAIL: [1] unrecognized timeout: ${values.timeout}`);
  if (cpu + vm + io + hdd + matrix === 0) throw new ProgramExit(1, `${program}: FAIL: [1] no workers: give --cpu, --vm, --io or --hdd`);
  if (!values.quiet) context.stdout(`${program}: info: [1] dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd\n`);
  // A vm worker that does not hang writes its memory over and over.
  const busy = cpu + matrix + io + hdd + (numberFlag('vm-hang', values['vm-hang']) >= 0 ? 0 : vm);
  context.meter.setCpu(busy * CORE * (numberFlag('cpu-load', values['cpu-load']) / 100));
  context.meter.setMemory(vm * bytes);
  if (timeoutMs === undefined) return new Promise<number>(() => {});
  await context.clock.sleep(timeoutMs);
  if (!values.quiet) context.stdout(`${program}: info: [1] successful run completed in ${Math.round(timeoutMs / 1000)}s\n`);
  return 0;
}
