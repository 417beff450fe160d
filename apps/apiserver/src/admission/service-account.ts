import type { Pod, ServiceAccount } from '@kubernats/api';
import { forbidden } from '@kubernats/errors';
import { type Core, type Place, placeOfResource } from '../core.ts';
import { selectionOf } from '../rest/selection.ts';
import type { AdmissionPlugin } from './admission.ts';
import { andThen } from './and-then.ts';
import { mountToken } from './service-account-token.ts';

/** A namespace that has just been made gets its account in a moment: a Pod that comes first waits this long. */
const WAIT_MS = 1000;

const SUFFIX_LENGTH = 5;

/** Every Pod runs as a ServiceAccount of its namespace: `default`, if it names none. It gets the account's token, and its secrets for images. */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  mutate(core, call, draft, old) {
    if (old !== undefined || call.row.plural !== 'pods' || call.row.group !== '') return;
    const pod: Pod = draft;
    if (!pod.spec) return;
    pod.spec.serviceAccountName ||= 'default';
    pod.spec.serviceAccount = pod.spec.serviceAccountName;
    const { namespace = '', name, generateName = '' } = draft.metadata;
    const { serviceAccountName } = pod.spec;
    return andThen(find(core, namespace, serviceAccountName), (account) => {
      if (account) return runAs(core, pod, account);
      throw forbidden(
        { group: '', resource: 'pods' },
        name || generateName,
        `error looking up service account ${namespace}/${serviceAccountName}: serviceaccount ${JSON.stringify(serviceAccountName)} not found`,
      );
    });
  },
};

function runAs(core: Core, pod: Pod, account: ServiceAccount): void {
  mountToken(pod, account, () => core.ids.suffix(SUFFIX_LENGTH));
  const { imagePullSecrets = [] } = account;
  if (pod.spec && !pod.spec.imagePullSecrets?.length && imagePullSecrets.length > 0) {
    pod.spec.imagePullSecrets = imagePullSecrets.map((reference) => ({ ...reference }));
  }
}

type Found = ServiceAccount | undefined;

function find(core: Core, namespace: string, name: string): Found | Promise<Found> {
  const known = (): Found => placeOfAccounts(core).cache.get(namespace, name)?.object;
  return known() ?? awaited(core, namespace, name, known);
}

async function awaited(core: Core, namespace: string, name: string, known: () => Found): Promise<Found> {
  const { cache, stream, row } = placeOfAccounts(core);
  await stream.fresh();
  if (known()) return known();
  return new Promise((resolve) => {
    const done = () => {
      unsubscribe();
      timer.cancel();
      resolve(known());
    };
    const timer = core.clock.setTimer(WAIT_MS, done);
    const unsubscribe = cache.watches.subscribe(selectionOf(row, { namespace, name }, undefined), {
      change: (type) => type !== 'DELETED' && done(),
      lost: done,
    });
  });
}

const placeOfAccounts = (core: Core): Place => placeOfResource(core, '', 'v1', 'serviceaccounts');
