export type * from '../generated/types.ts';
export type {
  AuthenticationTokenRequest as TokenRequest,
  RbacSubject as Subject,
  ResourceResourceClaim as ResourceClaim,
} from '../generated/types.ts';
export { claimKeysOf, claimNameOf, notCreatedFor } from './claims.ts';
export { type CustomRowOptions, customRow } from './custom/custom-row.ts';
export { hasCondition, storageVersion, type Terminating, withTerminating } from './custom/definition.ts';
export { printerColumns } from './custom/printer-columns.ts';
export type { SchemaRules } from './custom/rules.ts';
export { byVersionPriority } from './custom/versions.ts';
export { NotConverted, type WebhookConversions } from './custom/webhook-conversions.ts';
export { daemonTolerations } from './daemon-tolerations.ts';
export { ConformError, type Conformed, conform } from './decode/conform.ts';
export { type Configuration, decodeConfiguration } from './decode/decode-configuration.ts';
export {
  type Decoded,
  decodeObject,
  decodePatched,
  decodeProtobuf,
  decodeValue,
  decodeYaml,
  type FieldValidation,
} from './decode/decode-object.ts';
export { inspectJson } from './decode/inspect-json.ts';
export { type ParseYaml, parseYamlHere } from './decode/parse-yaml-here.ts';
export { DELETE_OPTIONS, type DecodeTarget, SCALE, targetOf } from './decode/target.ts';
export { aggregatedDiscovery } from './discovery/aggregated.ts';
export { type ApiGroup, apiGroup, type LegacyDiscovery, legacyDiscovery } from './discovery/legacy.ts';
export { subresourcesOf } from './discovery/resources.ts';
export { ANY_HOST_IP, type HostPort, hostPortsClash, hostPortsOf } from './host-ports.ts';
export type * from './kind.ts';
export { KindTable } from './kind-table.ts';
export { approvalOf, isProtectedGroup } from './kinds/apiextensions/custom-resource-definition/api-approval.ts';
export { CLEANUP_FINALIZER } from './kinds/apiextensions/custom-resource-definition/deletion.ts';
export { type CronSchedule, parseCronSchedule, type ScheduleField } from './kinds/batch/cron-schedule.ts';
export { countIndexes, type IndexInterval, parseIndexIntervals } from './kinds/batch/job/index-intervals.ts';
export { timeZoneProblem } from './kinds/batch/time-zone.ts';
export { isApproved, isDenied, isFailed } from './kinds/certificates/certificate-signing-request/conditions.ts';
export { validateBinding } from './kinds/core/binding.ts';
export { isTerminal } from './kinds/core/pod/containers.ts';
export { qosClass } from './kinds/core/pod/qos.ts';
export { STOP_SIGNALS } from './kinds/core/pod-template/stop-signals.ts';
export { checkNodeAffinity } from './kinds/core/pod-template/validate-scheduling.ts';
export { classOf as storageClassOf, namesClass } from './kinds/core/storage/common.ts';
export { SERVICE_NAME_LABEL, serviceOfSlice } from './kinds/discovery/endpoint-slice/service-of-slice.ts';
export { KINDS } from './kinds/index.ts';
export type * from './kinds/metrics/types.ts';
export { defaultIngressClasses, INGRESS_CLASS_ANNOTATION } from './kinds/networking/ingress.ts';
export { DEFAULT_SERVICE_CIDR } from './kinds/networking/service-cidr.ts';
export { aggregatedRules } from './kinds/rbac/aggregation.ts';
export { globalDefaultOf } from './kinds/scheduling/priority-class.ts';
export { isSystemPriorityClass, SYSTEM_PRIORITY_CLASSES } from './kinds/scheduling/system-classes.ts';
export { defaultClass, isDefaultClass } from './kinds/storage/storage-class.ts';
export { isKept, kindByGvk, kindByResource, listKindOf } from './lookup.ts';
export { checkAnnotations, utf8Length, validateObjectMeta, validateObjectMetaUpdate } from './metadata/object-meta.ts';
export { validateCreate, validateStatusUpdate, validateUpdate } from './metadata/validate.ts';
export { NODE_OWNER_ANNOTATION, ownerOfNode } from './node-owner.ts';
export { matchesNodeSelector, matchesTerm } from './node-selector.ts';
export type * from './object.ts';
export { documentHash, OpenApiDocuments } from './openapi/documents.ts';
export type { OtherSwagger } from './openapi/merge-swagger.ts';
export { inVersion, otherVersion } from './other-version.ts';
export { type Amounts, amountIn, amountsOf, amountsText, excessOf, sumOf } from './quota/amounts.ts';
export { countName, resourceOfName } from './quota/names.ts';
export { podAmounts, whatIsNotSaid } from './quota/pod-usage.ts';
export { countsFor } from './quota/scopes.ts';
export { usageOfObject } from './quota/usage.ts';
export * from './refs.ts';
export { objectSchema, schemaOf } from './schema/object-schema.ts';
export { ageOf, humanDuration } from './table/human-duration.ts';
export { SCALE_TABLE } from './table/scale-table.ts';
export { type IncludeObject, type Table, type TableOptions, tableOf } from './table/table.ts';
export { toleratedBy, tolerates } from './tolerations.ts';
export { sameUsage, usageOf, usageProblems } from './usage/usage-annotations.ts';
export { parseUsageSteps, type UsageResource, type UsageStep } from './usage/usage-steps.ts';
export { bestVolume, hasSameMode, isOfUse, isReachableFrom, isReservedFor, type VolumeChoice, volumeMismatch } from './volume-binding.ts';
