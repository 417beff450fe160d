import type { StatefulSet } from '../../../../generated/types.ts';
import { defaultTemplate } from '../../core/pod-template/default-pod-spec.ts';

const KEPT_REVISIONS = 10;

/** Fills what the author left out. Source: the API reference of StatefulSetSpec ("defaults to"). */
export function defaultStatefulSet({ spec }: StatefulSet): void {
  if (!spec) return;
  spec.replicas ??= 1;
  spec.podManagementPolicy ||= 'OrderedReady';
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    rollingUpdate.partition ??= 0;
    rollingUpdate.maxUnavailable ??= 1;
  }
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ||= 'Retain';
  retention.whenScaled ||= 'Retain';
  spec.revisionHistoryLimit ??= KEPT_REVISIONS;
  spec.template ??= {};
  defaultTemplate(spec.template);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    if (claim.spec) claim.spec.volumeMode ??= 'Filesystem';
    claim.status ??= {};
    claim.status.phase ||= 'Pending';
  }
}
