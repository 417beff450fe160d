// The table of kinds, as it is read: adding a kind is adding its file and its line here.
import type { KindRow } from '../kind.ts';
import { mutatingAdmissionPolicyRow } from './admissionregistration/mutating-admission-policy.ts';
import { mutatingAdmissionPolicyBindingRow } from './admissionregistration/mutating-admission-policy-binding.ts';
import { mutatingWebhookConfigurationRow } from './admissionregistration/mutating-webhook-configuration.ts';
import { validatingAdmissionPolicyRow } from './admissionregistration/validating-admission-policy.ts';
import { validatingAdmissionPolicyBindingRow } from './admissionregistration/validating-admission-policy-binding.ts';
import { validatingWebhookConfigurationRow } from './admissionregistration/validating-webhook-configuration.ts';
import { customResourceDefinitionRow } from './apiextensions/custom-resource-definition.ts';
import { apiServiceRow } from './apiregistration/api-service.ts';
import { controllerRevisionRow } from './apps/controller-revision.ts';
import { daemonSetRow } from './apps/daemon-set.ts';
import { deploymentRow } from './apps/deployment.ts';
import { replicaSetRow } from './apps/replica-set.ts';
import { statefulSetRow } from './apps/stateful-set.ts';
import { selfSubjectReviewRow } from './authentication/self-subject-review.ts';
import { tokenReviewRow } from './authentication/token-review.ts';
import { localSubjectAccessReviewRow } from './authorization/local-subject-access-review.ts';
import { selfSubjectAccessReviewRow } from './authorization/self-subject-access-review.ts';
import { selfSubjectRulesReviewRow } from './authorization/self-subject-rules-review.ts';
import { subjectAccessReviewRow } from './authorization/subject-access-review.ts';
import { horizontalPodAutoscalerRow } from './autoscaling/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalerV1Row } from './autoscaling/horizontal-pod-autoscaler-v1.ts';
import { cronJobRow } from './batch/cron-job.ts';
import { jobRow } from './batch/job.ts';
import { certificateSigningRequestRow } from './certificates/certificate-signing-request.ts';
import { leaseRow } from './coordination/lease.ts';
import { bindingRow } from './core/binding.ts';
import { componentStatusRow } from './core/component-status.ts';
import { configMapRow } from './core/config-map.ts';
import { endpointsRow } from './core/endpoints.ts';
import { coreEventRow } from './core/event.ts';
import { limitRangeRow } from './core/limit-range.ts';
import { namespaceRow } from './core/namespace.ts';
import { nodeRow } from './core/node.ts';
import { persistentVolumeRow } from './core/persistent-volume.ts';
import { persistentVolumeClaimRow } from './core/persistent-volume-claim.ts';
import { podRow } from './core/pod.ts';
import { podTemplateRow } from './core/pod-template.ts';
import { replicationControllerRow } from './core/replication-controller.ts';
import { resourceQuotaRow } from './core/resource-quota.ts';
import { secretRow } from './core/secret.ts';
import { serviceRow } from './core/service.ts';
import { serviceAccountRow } from './core/service-account.ts';
import { endpointSliceRow } from './discovery/endpoint-slice.ts';
import { eventRow } from './events/event.ts';
import { flowSchemaRow } from './flowcontrol/flow-schema.ts';
import { priorityLevelConfigurationRow } from './flowcontrol/priority-level-configuration.ts';
import { nodeMetricsRow } from './metrics/node-metrics.ts';
import { podMetricsRow } from './metrics/pod-metrics.ts';
import { ingressRow } from './networking/ingress.ts';
import { ingressClassRow } from './networking/ingress-class.ts';
import { ipAddressRow } from './networking/ip-address.ts';
import { networkPolicyRow } from './networking/network-policy.ts';
import { serviceCidrRow } from './networking/service-cidr.ts';
import { runtimeClassRow } from './node/runtime-class.ts';
import { podDisruptionBudgetRow } from './policy/pod-disruption-budget.ts';
import { clusterRoleRow } from './rbac/cluster-role.ts';
import { clusterRoleBindingRow } from './rbac/cluster-role-binding.ts';
import { roleRow } from './rbac/role.ts';
import { roleBindingRow } from './rbac/role-binding.ts';
import { deviceClassRow } from './resource/device-class.ts';
import { resourceClaimRow } from './resource/resource-claim.ts';
import { resourceClaimTemplateRow } from './resource/resource-claim-template.ts';
import { resourceSliceRow } from './resource/resource-slice.ts';
import { priorityClassRow } from './scheduling/priority-class.ts';
import { csiDriverRow } from './storage/csi-driver.ts';
import { csiNodeRow } from './storage/csi-node.ts';
import { csiStorageCapacityRow } from './storage/csi-storage-capacity.ts';
import { storageClassRow } from './storage/storage-class.ts';
import { volumeAttachmentRow } from './storage/volume-attachment.ts';
import { volumeAttributesClassRow } from './storage/volume-attributes-class.ts';

export const KINDS: readonly KindRow[] = [
  namespaceRow,
  nodeRow,
  podRow,
  bindingRow,
  replicationControllerRow,
  serviceRow,
  endpointsRow,
  configMapRow,
  secretRow,
  serviceAccountRow,
  limitRangeRow,
  resourceQuotaRow,
  coreEventRow,
  persistentVolumeRow,
  persistentVolumeClaimRow,
  selfSubjectReviewRow,
  tokenReviewRow,
  subjectAccessReviewRow,
  selfSubjectAccessReviewRow,
  localSubjectAccessReviewRow,
  selfSubjectRulesReviewRow,
  mutatingWebhookConfigurationRow,
  validatingWebhookConfigurationRow,
  mutatingAdmissionPolicyRow,
  mutatingAdmissionPolicyBindingRow,
  validatingAdmissionPolicyRow,
  validatingAdmissionPolicyBindingRow,
  controllerRevisionRow,
  daemonSetRow,
  deploymentRow,
  replicaSetRow,
  statefulSetRow,
  horizontalPodAutoscalerRow,
  horizontalPodAutoscalerV1Row,
  jobRow,
  cronJobRow,
  podDisruptionBudgetRow,
  priorityClassRow,
  leaseRow,
  endpointSliceRow,
  eventRow,
  roleRow,
  roleBindingRow,
  clusterRoleRow,
  clusterRoleBindingRow,
  storageClassRow,
  csiDriverRow,
  csiNodeRow,
  volumeAttachmentRow,
  volumeAttributesClassRow,
  customResourceDefinitionRow,
  podTemplateRow,
  ingressRow,
  ingressClassRow,
  ipAddressRow,
  networkPolicyRow,
  serviceCidrRow,
  runtimeClassRow,
  apiServiceRow,
  certificateSigningRequestRow,
  componentStatusRow,
  flowSchemaRow,
  priorityLevelConfigurationRow,
  deviceClassRow,
  resourceClaimRow,
  resourceClaimTemplateRow,
  resourceSliceRow,
  csiStorageCapacityRow,
  nodeMetricsRow,
  podMetricsRow,
];
