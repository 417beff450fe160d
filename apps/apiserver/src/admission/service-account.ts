import type { Pod } from '@kubernats/api';
import { forbidden } from '@kubernats/errors';
import { type Core, placeOfResource } from '../core.ts';
import { selectionOf } from '../rest/selection.ts';
import type { AdmissionPlugin } from './admission.ts';

/** A namespace that has just been made gets its account in a moment: a Pod that comes first waits this long. */
const WAIT_MS = 1000;

/** Every Pod runs as a ServiceAccount of its namespace: `default`, if it names none. */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  async mutate(core, call, draft, old) {
    if (old !== undefined || call.row.plural !== 'pods' || call.row.group !== '') return;
    const pod: Pod = draft;
    if (!pod.spec) return;
    pod.spec.serviceAccountName ||= 'default';
    pod.spec.serviceAccount = pod.spec.serviceAccountName;
    const { namespace = '', name, generateName = '' } = draft.metadata;
    const account = pod.spec.serviceAccountName;
    if (await exists(core, namespace, account)) return;
    throw forbidden(
      { group: '', resource: 'pods' },
      name || generateName,
      `error looking up service account ${namespace}/${account}: serviceaccount ${JSON.stringify(account)} not found`,
    );
  },
};

async function exists(core: Core, namespace: string, name: string): Promise<boolean> {
  const { cache, stream, row } = placeOfResource(core, '', 'v1', 'serviceaccounts');
  if (cache.get(namespace, name)) return true;
  await stream.fresh();
  if (cache.get(namespace, name)) return true;
  return new Promise((resolve) => {
    const done = (found: boolean) => {
      unsubscribe();
      timer.cancel();
      resolve(found);
    };
    const timer = core.clock.setTimer(WAIT_MS, () => done(false));
    const unsubscribe = cache.watches.subscribe(selectionOf(row, { namespace, name }, undefined), {
      change: (type) => type !== 'DELETED' && done(true),
      lost: () => done(false),
    });
  });
}
