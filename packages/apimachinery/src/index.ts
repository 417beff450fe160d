export { type Applied, applyConfiguration, type ManagedApply } from './apply/apply-configuration.ts';
export { mergeMutation } from './apply/merge-mutation.ts';
export { typedProblems, typedProblemsText } from './apply/typed-problems.ts';
export * from './causes.ts';
export { type DurationUnit, formatDuration, parseDuration, parseGoDuration } from './duration.ts';
export { type FieldPath, fieldPath } from './field-path.ts';
export { goPrint } from './go-print.ts';
export { goQuote } from './go-quote.ts';
export {
  assertDepth,
  copyJson,
  deepEqual,
  deepFreeze,
  getOwn,
  getPath,
  isJsonObject,
  type JsonObject,
  jsonText,
  MAX_JSON_DEPTH,
  setOwn,
} from './json.ts';
export { type JsonPath, jsonPath } from './json-path/json-path.ts';
export { type Change, compareObjects } from './managed-fields/compare.ts';
export { fieldSetText } from './managed-fields/created-set.ts';
export { byOperationAndTime, type ManagedFieldsEntry } from './managed-fields/entry.ts';
export {
  difference,
  emptySet,
  equalSets,
  type FieldSet,
  hasField,
  intersection,
  isEmptySet,
  leavesOf,
  recursiveDifference,
  union,
} from './managed-fields/field-set.ts';
export { type ManagedUpdate, managerName, updateManagedFields } from './managed-fields/update.ts';
export type { FindVersion, OtherVersion } from './managed-fields/versions.ts';
export * from './names.ts';
export * from './owner-references.ts';
export { applyJsonPatch } from './patch/json-patch.ts';
export { applyMergePatch } from './patch/merge-patch.ts';
export { applyStrategicMergePatch } from './patch/strategic-merge-patch.ts';
export { canonicalQuantity, canonicalResource, isQuantity, parseQuantity, type Quantity, quantityOf } from './quantity.ts';
export { quantityMilli, quantityValue } from './quantity-numbers.ts';
export type { QuantityFormat } from './quantity-suffix.ts';
export type * from './schema.ts';
export { type FieldRequirement, type FieldSelector, fieldSelectorOf, parseFieldSelector } from './selectors/field-selector.ts';
export {
  type LabelSelector,
  type LabelSelectorRequirement,
  labelSelectorOf,
  validateLabelSelector,
  validateLabelSelectorRequirement,
  validateLabels,
} from './selectors/label-selector.ts';
export { parseLabelSelector } from './selectors/parse-label-selector.ts';
export type { LabelOperator, Labels, Requirement } from './selectors/requirement.ts';
export { everything, nothing, type Selector, selectorOf, selectorOfMap } from './selectors/selector.ts';
