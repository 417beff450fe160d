import { type Core, placeOfResource } from '../core.ts';
import { every } from '../every.ts';

const EVERY_MS = 3 * 60_000;
const GRACE_MS = 60_000;

/** Frees addresses and node ports that no Service has, at once and then every three minutes. Call the result to end. */
export async function repairAllocations(core: Core): Promise<() => void> {
  const services = placeOfResource(core, '', 'v1', 'services');
  const repair = (): Promise<void> => core.allocators.repair(services, GRACE_MS);
  await repair();
  return every(core, EVERY_MS, repair, 'addresses and ports that nobody has could not be freed');
}
