import { parseDuration, quantityMilli } from '@kubernats/apimachinery';
import type { ImageContext } from '../../image.ts';
import { parseFlags } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { programImage } from '../../programs/program-image.ts';
import { parseBytes } from '../../texts/bytes.ts';

const FLAGS = { 'mem-total': '0', 'mem-alloc-size': '4Ki', 'mem-alloc-sleep': '1ms', cpus: '0', logtostderr: false, v: '0' };
/** How often the memory grows: as many allocations at once as the time has brought. */
const STEP_MS = 50;
const CORE = 1000;

/** The program of Kubernetes' pages on limits: memory in small steps up to a total, and so many busy cores. */
export const vishStress = programImage({ names: ['vish/stress'], shell: false, entrypoint: ['/stress'], programs: { stress: run } });

async function run(context: ImageContext, [, ...words]: readonly string[]): Promise<number> {
  const { values } = parseFlags(words, FLAGS);
  const total = parseBytes(values['mem-total']);
  const size = parseBytes(values['mem-alloc-size']);
  const sleepMs = parseDuration(values['mem-alloc-sleep'], 'ns');
  if (total === undefined || size === undefined || size <= 0 || sleepMs === undefined)
    throw new ProgramExit(2, 'panic: cannot parse the amounts of memory');
  const { meter, clock } = context;
  const say = (text: string): void => void context.stderr(`I${new Date(clock.now()).toISOString().slice(11, 19)} main.go:26] ${text}\n`);
  say(
    `Allocating "${values['mem-total']}" memory, in "${values['mem-alloc-size']}" chunks, with a ${values['mem-alloc-sleep']} sleep between allocations`,
  );
  const cpus = /^\d+$/.test(values.cpus) ? Number(values.cpus) * CORE : quantityMilli(values.cpus);
  for (let i = 0; i < cpus; i += CORE) say('Spawning a thread to consume CPU');
  meter.setCpu(cpus);
  const startedMs = clock.monotonic();
  for (let held = 0; held < total; ) {
    await clock.sleep(STEP_MS);
    const allocations = sleepMs === 0 ? total / size : (clock.monotonic() - startedMs) / sleepMs;
    held = Math.min(total, Math.ceil(allocations) * size);
    meter.setMemory(held);
  }
  say(`Allocated "${values['mem-total']}" memory`);
  return new Promise<number>(() => {});
}
