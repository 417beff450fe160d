import type { Namespace } from '@kubernats/api';
import { forbidden, notFound, StatusError } from '@kubernats/errors';
import { named, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);
const NAMESPACES = { group: '', resource: 'namespaces' };

/** Nothing is created in a namespace that does not exist or is on its way out, and the system's own namespaces stay. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  validate(_core, { row }, draft, old) {
    if (draft !== undefined || row.group !== '' || row.plural !== 'namespaces') return;
    const name = old?.metadata.name ?? '';
    if (IMMORTAL.has(name)) throw forbidden(NAMESPACES, name, 'this namespace may not be deleted');
  },
  /** Before everything else: nobody is asked about what cannot be. */
  async mutate(core, { row }, draft, old) {
    if (!row.namespaced || old !== undefined) return;
    const name = draft.metadata.namespace ?? '';
    const { cache, stream } = placeOfResource(core, '', 'v1', 'namespaces');
    let stored = cache.get('', name);
    if (!stored) {
      await stream.fresh();
      stored = cache.get('', name);
    }
    if (!stored) throw notFound(NAMESPACES, name);
    const namespace: Namespace = stored.object;
    if (namespace.status?.phase !== 'Terminating' && !namespace.metadata?.deletionTimestamp) return;
    const why = `unable to create new content in namespace ${name} because it is being terminated`;
    const refusal = forbidden(named(row), draft.metadata.name ?? '', why);
    throw new StatusError('Forbidden', refusal.message, {
      ...refusal.details,
      causes: [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }],
    });
  },
};
