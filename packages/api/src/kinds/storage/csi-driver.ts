import type { CSIDriver } from '../../../generated/types.ts';
import { CSIDrivers } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';

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
    countsGeneration: false,
  },
});

const audiences = (requests: CSIDriver['spec']['tokenRequests']): string =>
  requests?.length ? requests.map(({ audience }) => audience || '""').join(',') : '<unset>';
