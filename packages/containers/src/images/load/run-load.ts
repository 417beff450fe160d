import { fetchHttp } from '../../adapters/http.ts';
import type { ImageContext } from '../../image.ts';
import { Tally } from './tally.ts';

export interface LoadPlan {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** Requests a second, all workers together; 0: as many as they can. */
  ratePerSecond: number;
  concurrency: number;
  /** Ends after so long (milliseconds) or so many requests, whichever comes first; neither: never. */
  durationMs: number | undefined;
  requests: number | undefined;
  timeoutMs: number;
  reportEveryMs: number;
}

const REQUEST_CPU_MS = 0.2;
/** A server that refuses at once must not make a client without a rate spin. */
const PAUSE_AFTER_ERROR_MS = 10;

/** Sends the requests of a plan, each over a connection of its own; `report` hears of every while. Ends early on SIGTERM and SIGINT. */
export async function runLoad(
  context: ImageContext,
  plan: LoadPlan,
  report: (whole: Tally, part: Tally, elapsedMs: number) => void,
): Promise<Tally> {
  const { clock } = context;
  const whole = new Tally();
  let part = new Tally();
  const startedMs = clock.monotonic();
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) context.onSignal(name, () => stop.abort());
  let next = 0;
  const worker = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const ticket = next++;
      if (plan.requests !== undefined && ticket >= plan.requests) return;
      const dueMs = plan.ratePerSecond > 0 ? (ticket / plan.ratePerSecond) * 1000 : 0;
      if (plan.durationMs !== undefined && Math.max(dueMs, clock.monotonic() - startedMs) >= plan.durationMs) return;
      const waitMs = startedMs + dueMs - clock.monotonic();
      if (waitMs > 0) await clock.sleep(waitMs, stop.signal).catch(() => {});
      if (stop.signal.aborted) return;
      await ask(context, plan, stop.signal, part);
    }
  };
  const flush = (): void => {
    const latest = part;
    part = new Tally();
    whole.merge(latest);
    report(whole, latest, clock.monotonic() - startedMs);
  };
  const tick = (): void => {
    if (stop.signal.aborted) return;
    flush();
    clock.setTimer(plan.reportEveryMs, tick);
  };
  clock.setTimer(plan.reportEveryMs, tick);
  await Promise.all(Array.from({ length: plan.concurrency }, worker));
  stop.abort();
  whole.merge(part);
  return whole;
}

async function ask(context: ImageContext, plan: LoadPlan, stop: AbortSignal, tally: Tally): Promise<void> {
  const { clock, network, meter } = context;
  const given = new AbortController();
  const timer = clock.setTimer(plan.timeoutMs, () => given.abort(new Error(`no answer within ${plan.timeoutMs / 1000} s`)));
  const signal = AbortSignal.any([given.signal, stop]);
  await meter.work(REQUEST_CPU_MS);
  const startedMs = clock.monotonic();
  const { url, method, headers, body } = plan;
  try {
    const answer = await fetchHttp(network, { url, method, headers, signal, ...(body === undefined ? {} : { body }) });
    tally.answered(clock.monotonic() - startedMs, answer.status, answer.body.byteLength);
  } catch (error) {
    if (stop.aborted) return;
    const cause = given.signal.aborted ? given.signal.reason : error;
    tally.failed(cause instanceof Error ? cause.message : String(cause));
    if (plan.ratePerSecond === 0) await clock.sleep(PAUSE_AFTER_ERROR_MS, stop).catch(() => {});
  } finally {
    timer.cancel();
  }
}
