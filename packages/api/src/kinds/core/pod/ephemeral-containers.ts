// `pods/NAME/ephemeralcontainers`: the only way to add a container to a Pod that is there (`kubectl debug`).
import { deepEqual, fieldPath, forbiddenField } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Pod } from '../../../../generated/types.ts';
import type { Strategy } from '../../../kind.ts';
import { notHonoured } from '../../../validation/not-honoured.ts';
import { POD_SPEC_NOT_HONOURED } from '../pod-template/not-honoured.ts';

const LIST = fieldPath('spec').child('ephemeralContainers');

/** What an update through the subresource changes: ephemeral containers are added, and nothing else moves. */
export const ephemeralContainersUpdate: NonNullable<Strategy<Pod>['subresources']>[string] = {
  prepareForUpdate(draft, old) {
    const { ephemeralContainers } = draft.spec ?? {};
    draft.metadata = { ...old.metadata, managedFields: draft.metadata?.managedFields };
    draft.status = old.status;
    draft.spec = { containers: [], ...old.spec };
    if (ephemeralContainers) draft.spec.ephemeralContainers = ephemeralContainers;
    else delete draft.spec.ephemeralContainers;
  },

  validateUpdate(pod, old) {
    const out: Cause[] = [];
    for (const before of old.spec?.ephemeralContainers ?? []) {
      const now = pod.spec?.ephemeralContainers?.find(({ name }) => name === before.name);
      if (!now) out.push(forbiddenField(LIST, `existing ephemeral containers ${JSON.stringify(before.name)} may not be removed\n`));
      else if (!deepEqual(now, before)) {
        out.push(forbiddenField(LIST, `existing ephemeral containers ${JSON.stringify(before.name)} may not be changed\n`));
      }
    }
    return out;
  },

  warnings(pod, old) {
    const known = new Set((old?.spec?.ephemeralContainers ?? []).map(({ name }) => name));
    const added = (pod.spec?.ephemeralContainers ?? []).map((each) => (known.has(each.name) ? { name: each.name } : each));
    return notHonoured({ ephemeralContainers: added }, POD_SPEC_NOT_HONOURED, fieldPath('spec'));
  },
};
