import type { KindRow, Namespace } from '@kubernats/api';
import { forbidden, notFound, StatusError } from '@kubernats/errors';
import type { Held, Stored } from '../cache/stored.ts';
import { named, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';
import { andThen } from './and-then.ts';

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
  mutate(core, { row }, draft, old) {
    if (!row.namespaced || old !== undefined) return;
    const name = draft.metadata.namespace ?? '';
    const { cache, stream } = placeOfResource(core, '', 'v1', 'namespaces');
    const known = (): Stored | undefined => cache.get('', name);
    return andThen(known() ?? stream.fresh().then(known), (stored) => {
      if (!stored) throw notFound(NAMESPACES, name);
      demandLife(stored.object, row, draft);
    });
  },
};

function demandLife({ metadata = {}, status }: Namespace, row: KindRow, draft: Held): void {
  if (status?.phase !== 'Terminating' && !metadata.deletionTimestamp) return;
  const { name } = metadata;
  const why = `unable to create new content in namespace ${name} because it is being terminated`;
  const refusal = forbidden(named(row), draft.metadata.name ?? '', why);
  throw new StatusError('Forbidden', refusal.message, {
    ...refusal.details,
    causes: [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }],
  });
}
