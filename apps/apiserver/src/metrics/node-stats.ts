import { nodeSubject } from '@kubernats/bus';
import type { StatsAnswer, StatsQuestion, StatsSummary } from '@kubernats/client';
import type { Core } from '../core.ts';

/** A node that takes longer does not answer: nobody waits for the slowest of a thousand. */
const WITHIN_MS = 2_000;

/** Asks a node what it uses; undefined: it is off, or does not answer in time. */
export async function statsOf(core: Core, node: string, question: StatsQuestion): Promise<StatsSummary | undefined> {
  try {
    const bytes = await core.bus.request(
      nodeSubject(core.cluster, node, 'stats'),
      new TextEncoder().encode(JSON.stringify({ onlyCpuAndMemory: true, ...question })),
      { timeoutMs: WITHIN_MS },
    );
    const answer = JSON.parse(new TextDecoder().decode(bytes)) as StatsAnswer;
    return 'error' in answer ? undefined : answer;
  } catch (error) {
    core.log.debug({ error, node }, 'a node did not tell what it uses');
    return undefined;
  }
}
