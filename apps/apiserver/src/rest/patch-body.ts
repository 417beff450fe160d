import { type Decoded, type DecodeTarget, decodePatched, inspectJson, schemaOf } from '@kubernats/api';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, goPrint } from '@kubernats/apimachinery';
import { badRequest } from '@kubernats/errors';
import type { Call } from '../call.ts';
import { APPLY_TYPE, fieldValidationOf, mediaType, unsupportedMediaType } from './body.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const TYPES = [JSON_PATCH, MERGE, STRATEGIC, APPLY_TYPE];
/** Lists of custom resources have no merge keys. */
const CUSTOM_TYPES = TYPES.filter((type) => type !== STRATEGIC);

/** The patch in a body: JSON patch, merge patch or strategic merge patch. */
export interface PatchBody {
  /** What it makes of an object. Throws BadRequest, and Invalid for a patch that does not apply. */
  apply(object: object): unknown;
  /** What came of it, as an object of the target's kind. Throws Invalid for what does not fit. */
  decode(value: unknown): Decoded;
}

/** Reads the patch in the body, for objects of the target's kind. Throws UnsupportedMediaType and BadRequest. */
export function readPatch(call: Call, target: DecodeTarget): PatchBody {
  const { body = new Uint8Array() } = call.request;
  const type = mediaType(call);
  const types = call.row.custom ? CUSTOM_TYPES : TYPES;
  if (!types.includes(type)) throw unsupportedMediaType(types);
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw badRequest(`error decoding patch: ${inspectJson(body).error ?? 'invalid JSON'}`);
  }
  const fieldValidation = fieldValidationOf(call);
  // Only for who asks what is wrong: it is read a second time for that.
  const isChecked = call.query.fieldValidation !== undefined && fieldValidation !== 'Ignore';
  const duplicates = isChecked ? inspectJson(body).duplicates : [];
  const wasDecoded = type === STRATEGIC;
  const decode = (value: unknown): Decoded =>
    decodePatched(
      target,
      { value, wasDecoded, duplicates, shown: () => (wasDecoded ? goPrint(document) : JSON.stringify(value)) },
      fieldValidation,
    );
  if (type === JSON_PATCH) return { decode, apply: (object) => applyJsonPatch(object, document) };
  if (type === MERGE) return { decode, apply: (object) => applyMergePatch(object, document) };
  const schema = schemaOf(target);
  return { decode, apply: (object) => applyStrategicMergePatch(object, document, schema) };
}
