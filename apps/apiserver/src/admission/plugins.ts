import type { AdmissionPlugin } from './admission.ts';
import { certificateApproval, certificateSigning } from './certificate-rights.ts';
import { certificateSubjectRestriction } from './certificate-subject-restriction.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultStorageClass } from './default-storage-class.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { limitRanger } from './limit-ranger.ts';
import { mutatingAdmissionPolicy } from './mutating-admission-policy/plugin.ts';
import { mutatingAdmissionWebhook } from './mutating-admission-webhook.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy/plugin.ts';
import { validatingAdmissionWebhook } from './validating-admission-webhook.ts';

/** All plug-ins, in the order in which they are asked. */
export const ADMISSION_PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  defaultTolerationSeconds,
  priority,
  defaultStorageClass,
  defaultIngressClass,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  nodeRestriction,
  mutatingAdmissionPolicy,
  mutatingAdmissionWebhook,
  validatingAdmissionPolicy,
  validatingAdmissionWebhook,
  // What those before it refuse is not charged.
  resourceQuota,
];
