import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 10;
const TIMEOUT_MS = 5_000;

/** What became of the requests, one connection each. */
export interface Answers {
  /** Milliseconds from the call to the end of the answer, of those that were answered with 200. */
  latenciesMs: number[];
  /** What was wrong with the others. */
  failures: string[];
}

/** Sends GET requests at a steady rate, however slow the answers are, until the signal aborts; resolves when the last is answered. */
export async function steadyRequests(url: string, perSecond: number, until: AbortSignal): Promise<Answers> {
  const answers: Answers = { latenciesMs: [], failures: [] };
  const pending = new Set<Promise<void>>();
  const from = performance.now();
  for (let sent = 0; !until.aborted; await sleep(TICK_MS)) {
    const due = ((performance.now() - from) / 1000) * perSecond;
    for (; sent < due; sent++) {
      const one = once(url, answers).finally(() => pending.delete(one));
      pending.add(one);
    }
  }
  await Promise.all(pending);
  return answers;
}

function once(url: string, { latenciesMs, failures }: Answers): Promise<void> {
  const from = performance.now();
  return new Promise((resolve) => {
    const fail = (why: string) => {
      failures.push(`${why} after ${Math.round(performance.now() - from)} ms`);
      resolve();
    };
    const call = request(url, { agent: false, timeout: TIMEOUT_MS }, (response) => {
      response.on('error', ({ message }) => fail(message));
      response.on('end', () => {
        if (response.statusCode !== 200) return fail(`status ${response.statusCode}`);
        latenciesMs.push(performance.now() - from);
        resolve();
      });
      response.resume();
    });
    call.on('timeout', () => call.destroy(new Error('timed out')));
    call.on('error', ({ message }) => fail(message));
    call.end();
  });
}
