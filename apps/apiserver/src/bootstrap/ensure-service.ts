import type { Service } from '@kubernats/api';
import { isInvalid } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Core } from '../core.ts';
import { ensure } from './ensure.ts';

/** As `ensure`, of a Service with an address of its own. Another API server may be creating it right now: the Service itself has the address then. */
export async function ensureService(core: Core, service: Service, outdated?: (stored: Stored) => boolean): Promise<void> {
  try {
    await ensure(core, service, outdated);
  } catch (error) {
    await core.streams.state.fresh();
    const owner = core.allocators.ownerOf(service.spec?.clusterIP ?? '');
    const isIts = owner?.name === service.metadata?.name && owner?.namespace === service.metadata?.namespace;
    if (!isInvalid(error) || !isIts) throw error;
  }
}
