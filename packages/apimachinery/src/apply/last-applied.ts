// How server-side apply gets on with the annotation of client-side apply. Source: "Server-Side Apply", "Upgrading from client-side apply".
import { copyJson, getPath, isJsonObject, type JsonObject } from '../json.ts';
import { compareObjects } from '../managed-fields/compare.ts';
import { difference, type FieldSet } from '../managed-fields/field-set.ts';
import { wholePlan } from '../managed-fields/plan.ts';
import { setsOf } from '../managed-fields/versions.ts';
import type { ObjectSchema } from '../schema.ts';
import { ownedFields } from './owned-fields.ts';
import { typedProblems } from './typed-problems.ts';

/** The manager that may do so: kubectl, unless it is told another name. */
export const KUBECTL = 'kubectl';
const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
/** All annotations together must stay below this. */
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/** The fields that client-side apply has set and nobody has changed since: server-side apply may take them without a conflict. */
export function fieldsOfLastApplied(live: JsonObject, apiVersion: string, schema: ObjectSchema): FieldSet | undefined {
  const text = getPath(live, ['metadata', 'annotations', ANNOTATION]);
  const config = typeof text === 'string' ? parsed(text) : undefined;
  if (config === undefined || config.apiVersion !== apiVersion || typedProblems(config, schema).length > 0) return undefined;
  const { taken, removed } = setsOf(compareObjects(config, live, schema, []));
  return difference(difference(ownedFields(config, wholePlan(schema)), taken), removed);
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the annotation of an object that has one in step with what is applied; one that would be too long goes. */
export function withLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  const { metadata } = object;
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined;
  if (!isJsonObject(annotations) || !annotations[ANNOTATION]) return object;
  const { [ANNOTATION]: _before, ...others } = annotations;
  const next = { ...annotations, [ANNOTATION]: `${sortedJson(withoutAnnotation(config))}\n` };
  const isShort = bytesOf(next) <= MAX_ANNOTATIONS_BYTES;
  return { ...object, metadata: { ...(metadata as JsonObject), annotations: isShort ? next : others } };
}

function withoutAnnotation(config: JsonObject): JsonObject {
  const copy = copyJson(config);
  const annotations = getPath(copy, ['metadata', 'annotations']);
  if (isJsonObject(annotations)) delete annotations[ANNOTATION];
  return copy;
}

/** JSON with the keys of objects in order, as Go prints maps. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value).sort();
  return `{${fields.map((name) => `${JSON.stringify(name)}:${sortedJson(value[name])}`).join(',')}}`;
}

function bytesOf(annotations: JsonObject): number {
  const encoder = new TextEncoder();
  return Object.entries(annotations).reduce((sum, entry) => sum + encoder.encode(entry.join('')).length, 0);
}
