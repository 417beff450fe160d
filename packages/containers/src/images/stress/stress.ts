import type { ImageContext } from '../../image.ts';
import { programImage } from '../../programs/program-image.ts';
import { planStress } from './plan-stress.ts';

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
  const plan = planStress(name.slice(name.lastIndexOf('/') + 1), words);
  if (typeof plan === 'string') {
    context.stdout(plan);
    return 0;
  }
  if (plan.begun !== '') context.stdout(plan.begun);
  context.meter.setCpu(plan.millicores);
  context.meter.setMemory(plan.memoryBytes);
  if (plan.timeoutMs === undefined) return new Promise<number>(() => {});
  await context.clock.sleep(plan.timeoutMs);
  if (plan.done !== '') context.stdout(plan.done);
  return 0;
}
