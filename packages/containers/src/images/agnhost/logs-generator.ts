import { parseDuration } from '@kubernats/apimachinery';
import type { ImageContext } from '../../image.ts';
import { numberFlag, parseFlags } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';

const METHODS = ['GET', 'POST', 'PUT'];
const NAMESPACES = ['kube-system', 'default', 'ns'];

/** Writes so many lines (`-t`), evenly over so long (`-d`). */
export async function logsGenerator(context: ImageContext, words: readonly string[]): Promise<number> {
  const table = { 'log-lines-total': '0', 'run-duration': '0' };
  const { values } = parseFlags(words.slice(1), table, { t: 'log-lines-total', d: 'run-duration' });
  const total = numberFlag('log-lines-total', values['log-lines-total']);
  if (total <= 0) throw new ProgramExit(255, `Invalid total number of lines: ${total}`);
  const durationMs = parseDuration(values['run-duration'], 'ns') ?? 0;
  if (durationMs <= 0) throw new ProgramExit(255, `Invalid duration: ${values['run-duration']}`);
  const { clock } = context;
  const startedMs = clock.monotonic();
  for (let id = 0; id < total; id++) {
    void context.stderr(`${klogHead(clock.now())} logs_generator.go:76] ${lineOf(id)}\n`);
    const nextMs = startedMs + ((id + 1) * durationMs) / total;
    await clock.sleep(Math.max(0, nextMs - clock.monotonic()));
  }
  return 0;
}

/** Different for each line, the same for each run. */
function lineOf(id: number): string {
  const mixed = Math.imul(id + 1, 2654435761) >>> 0;
  const name = mixed.toString(36).slice(0, 3 + (mixed % 3));
  return `${id} ${METHODS[mixed % 3]} /api/v1/namespaces/${NAMESPACES[(mixed >>> 8) % 3]}/pods/${name} ${200 + ((mixed >>> 4) % 400)}`;
}

/** `I1127 10:22:40.123456       1`: klog's. */
function klogHead(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `I${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}000       1`;
}
