import { checkAnnotations, type KubeObject } from '@kubernats/api';
import { copyJson, fieldPath, isJsonObject, type JsonObject, jsonText, validateLabels } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

/**
 * What a webhook has made of an object, if it is that: the same object, in the version that was asked for. Of the metadata only labels and annotations are
 * the webhook's to change; the rest is as it was. Throws an Error that says what is wrong with it, to be put behind `conversion webhook for … returned `, in
 * Kubernetes' words. Source: the page "Versions in CustomResourceDefinitions", webhook response.
 */
export function takeConverted(original: KubeObject, converted: unknown, apiVersion: string): KubeObject {
  if (!isJsonObject(converted)) throw new Error('invalid converted object: it is no object');
  checkVersion(converted, original, apiVersion);
  checkIdentity(original, converted);
  const { metadata } = converted;
  if (metadata === undefined) throw new Error('invalid metadata: missing metadata in converted object');
  if (!isJsonObject(metadata)) throw new Error(`invalid metadata: invalid metadata of type ${goTypeOf(metadata)} in converted object`);
  const restored = copyJson(original.metadata ?? {}) as JsonObject;
  for (const field of ['labels', 'annotations'] as const) {
    const texts = textsOf(metadata[field], field);
    delete restored[field];
    if (texts) restored[field] = texts;
  }
  return { ...converted, metadata: restored };
}

function checkVersion(converted: JsonObject, original: KubeObject, apiVersion: string): void {
  if (converted.apiVersion !== apiVersion) {
    throw new Error(`invalid object at index 0: invalid groupVersion (expected ${apiVersion}, received ${jsonText(converted.apiVersion)})`);
  }
  if (converted.kind !== original.kind) {
    throw new Error(`invalid object at index 0: invalid kind (expected ${original.kind}, received ${jsonText(converted.kind)})`);
  }
}

const IDENTITY = [
  ['name', 'name'],
  ['namespace', 'namespace'],
  ['uid', 'UID'],
] as const;

function checkIdentity({ metadata: before }: KubeObject, { metadata }: JsonObject): void {
  const after = isJsonObject(metadata) ? metadata : {};
  for (const [field, title] of IDENTITY) {
    const [expected, given] = [before?.[field] ?? '', jsonText(after[field])];
    if (expected !== given) throw new Error(`invalid object: must have the same ${title}: ${expected} != ${given}`);
  }
}

function textsOf(value: unknown, field: 'labels' | 'annotations'): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw new Error(`invalid metadata: invalid metadata.${field} of type ${goTypeOf(value)} in converted object`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text === 'string') continue;
    throw new Error(`invalid metadata: metadata.${field}[${key}] must be a string, but is ${goTypeOf(text)} in converted object`);
  }
  const texts = value as Record<string, string>;
  const [problem] = problemsOf(texts, field);
  if (problem) throw new Error(`invalid metadata: ${problem.field}: ${problem.message}`);
  return texts;
}

function problemsOf(texts: Record<string, string>, field: 'labels' | 'annotations'): Cause[] {
  const at = fieldPath('metadata').child(field);
  if (field === 'labels') return validateLabels(texts, at);
  const causes: Cause[] = [];
  checkAnnotations(texts, at, causes);
  return causes;
}

/** As Go prints the type of a value of JSON. */
function goTypeOf(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
