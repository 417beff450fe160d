import { deepEqual, duplicate, fieldPath, invalidValue, notSupported } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CSIDriver } from '../../../generated/types.ts';
import { CSIDrivers } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { IMMUTABLE, oneOf } from '../../validation/basics.ts';
import { type NotHonoured, notHonoured } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';

const SPEC = fieldPath('spec');
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const FS_GROUP_POLICIES = ['ReadWriteOnceWithFSType', 'File', 'None'];
const TOKEN_SECONDS = { least: 600, most: 2 ** 32 };
const UPDATE_SECONDS_LEAST = 10;
/** R1: no program of the driver's runs here that could be told, asked again, or given tokens. */
const NOT_HONOURED: NotHonoured = [
  ...['podInfoOnMount', 'requiresRepublish', 'storageCapacity', 'seLinuxMount', 'tokenRequests'],
  ...['nodeAllocatableUpdatePeriodSeconds', 'preventPodSchedulingIfMissing', 'serviceAccountTokenInSecrets'],
  'fsGroupPolicy!=ReadWriteOnceWithFSType',
];

function validate({ spec }: CSIDriver): Cause[] {
  const out: Cause[] = [];
  for (const mode of spec?.volumeLifecycleModes ?? []) {
    if (!LIFECYCLE_MODES.includes(mode)) out.push(notSupported(SPEC.child('volumeLifecycleModes'), mode, LIFECYCLE_MODES));
  }
  oneOf(spec?.fsGroupPolicy, FS_GROUP_POLICIES, SPEC.child('fsGroupPolicy'), out);
  const audiences = new Set<string>();
  for (const [i, { audience, expirationSeconds }] of (spec?.tokenRequests ?? []).entries()) {
    const path = SPEC.child('tokenRequests').index(i);
    if (audiences.has(audience)) out.push(duplicate(path.child('audience'), audience));
    audiences.add(audience);
    if (expirationSeconds === undefined) continue;
    const at = path.child('expirationSeconds');
    if (expirationSeconds < TOKEN_SECONDS.least) {
      out.push(invalidValue(at, expirationSeconds, 'may not specify a duration less than 10 minutes'));
    }
    if (expirationSeconds > TOKEN_SECONDS.most) {
      out.push(invalidValue(at, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
    }
  }
  const period = spec?.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < UPDATE_SECONDS_LEAST) {
    out.push(
      invalidValue(
        SPEC.child('nodeAllocatableUpdatePeriodSeconds'),
        period,
        `must be greater than or equal to ${UPDATE_SECONDS_LEAST} seconds`,
      ),
    );
  }
  return out;
}

function validateUpdate({ spec }: CSIDriver, { spec: old }: CSIDriver): Cause[] {
  const out: Cause[] = [];
  // Kubernetes spells the first field's path so.
  if (spec?.attachRequired !== old?.attachRequired) {
    out.push(invalidValue(SPEC.child('attachedRequired'), spec?.attachRequired ?? null, IMMUTABLE));
  }
  if (!deepEqual(spec?.volumeLifecycleModes, old?.volumeLifecycleModes)) {
    out.push(invalidValue(SPEC.child('volumeLifecycleModes'), spec?.volumeLifecycleModes ?? null, IMMUTABLE));
  }
  return out;
}

export const csiDriverRow = defineKind<CSIDriver>(CSIDrivers, {
  columns: [
    NAME,
    text('AttachRequired', 'Whether its volumes are attached before they are mounted.', ({ spec }) => String(spec?.attachRequired ?? true)),
    text('PodInfoOnMount', 'Whether it is told of the Pod.', ({ spec }) => String(spec?.podInfoOnMount ?? false)),
    text('StorageCapacity', 'Whether it publishes how much it has.', ({ spec }) => String(spec?.storageCapacity ?? false)),
    text('TokenRequests', 'The audiences of the tokens that it is given.', ({ spec }) => audiences(spec?.tokenRequests)),
    text('RequiresRepublish', 'Whether it is told of the mount again and again.', ({ spec }) => String(spec?.requiresRepublish ?? false)),
    text('Modes', 'The lives that its volumes may have.', ({ spec }) => (spec?.volumeLifecycleModes ?? []).join(',')),
    AGE,
  ],
  strategy: {
    default({ spec }) {
      if (!spec) return;
      spec.attachRequired ??= true;
      spec.podInfoOnMount ??= false;
      spec.storageCapacity ??= false;
      spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
      spec.requiresRepublish ??= false;
      spec.seLinuxMount ??= false;
      if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
    },
    validate,
    validateUpdate,
    warnings: ({ spec }, old) => (old || !spec ? [] : notHonoured(spec, NOT_HONOURED, SPEC)),
    countsGeneration: false,
  },
});

const audiences = (requests: CSIDriver['spec']['tokenRequests']): string =>
  requests?.length ? requests.map(({ audience }) => audience || '""').join(',') : '<unset>';
