import { type Core, placeOfResource } from '../core.ts';

const EVERY_MS = 3 * 60_000;
const GRACE_MS = 60_000;

/** Frees addresses and node ports that no Service has, at once and then every three minutes. Call the result to end. */
export async function repairAllocations(core: Core): Promise<() => void> {
  const services = placeOfResource(core, '', 'v1', 'services');
  const stop = new AbortController();
  await core.allocators.repair(services, GRACE_MS);
  let timer = core.clock.setTimer(EVERY_MS, tick);
  function tick(): void {
    core.allocators
      .repair(services, GRACE_MS)
      .catch((error: unknown) => core.log.warn({ error }, 'addresses and ports that nobody has could not be freed'))
      .finally(() => {
        if (!stop.signal.aborted) timer = core.clock.setTimer(EVERY_MS, tick);
      });
  }
  return () => {
    stop.abort();
    timer.cancel();
  };
}
