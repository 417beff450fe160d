import { type DecodeTarget, decodeValue, type FieldValidation, inVersion, type KindRow, type KubeObject, schemaOf } from '@kubernats/api';
import type { ObjectSchema } from '@kubernats/apimachinery';
import { internalError } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import { fromKept, toKept } from '../rest/create-object.ts';

/** How what a request is about is shown to a webhook or policy that wants to see it as a resource of another group or version, and is read back. */
export interface Form {
  targetIn(row: KindRow): DecodeTarget;
  /** The type of what is shown; undefined: nothing describes it. */
  schemaIn(row: KindRow): ObjectSchema | undefined;
  shown(object: KubeObject, row: KindRow): KubeObject;
  /** What has been made of it, defaulted; unknown fields are dropped, or refused (`Strict`). Throws InternalError for what is no such object. */
  read(value: unknown, row: KindRow, fieldValidation?: FieldValidation): KubeObject;
}

/** Objects of a kind. */
export const wholeForm = (own: KindRow): Form => ({
  targetIn: (row) => row,
  schemaIn: schemaOf,
  shown: (object, row) => (row === own ? object : converted(object, own, row)),
  read(value, row, fieldValidation) {
    const read = decoded(row, value, fieldValidation);
    const object = row === own ? read : converted(read, row, own);
    own.strategy.default?.(object);
    return object;
  },
});

/** Something that has one form only, whichever resource it belongs to. */
export const fixedForm = (target: DecodeTarget): Form => ({
  targetIn: () => target,
  schemaIn: () => schemaOf(target),
  shown: (object) => object,
  read: (value, _, fieldValidation) => held(decoded(target, value, fieldValidation)),
});

function decoded(target: DecodeTarget, value: unknown, fieldValidation: FieldValidation = 'Ignore'): KubeObject {
  try {
    return decodeValue(target, value, { fieldValidation }).object;
  } catch (error) {
    throw internalError(error instanceof Error ? error.message.replace(OF_A_REQUEST, '') : String(error));
  }
}

/** What is said of the body of a request beside what is wrong with it. */
const OF_A_REQUEST = /^\S+ in version "[^"]*" cannot be handled as a \S+: (?!converting )/;

/** By a webhook directly, which has to be waited for: throws `NotConverted`. */
const converted = (object: KubeObject, from: KindRow, to: KindRow): KubeObject =>
  to.custom?.conversions ? inVersion(object, from, to) : fromKept(to, toKept(from, held(object)));

const held = (object: KubeObject): Held => ({ ...object, metadata: object.metadata ?? {} });
