import { type DecodeTarget, decodeValue, inVersion, type KindRow, type KubeObject } from '@kubernats/api';
import { internalError } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import { fromKept, toKept } from '../rest/create-object.ts';

/** How what a request is about is shown to a webhook that wants to see it as a resource of another group or version, and is read back. */
export interface Form {
  targetIn(row: KindRow): DecodeTarget;
  shown(object: KubeObject, row: KindRow): KubeObject;
  /** What a webhook has made of it, defaulted; unknown fields are dropped. Throws InternalError for what is no such object. */
  read(value: unknown, row: KindRow): KubeObject;
}

/** Objects of a kind. */
export const wholeForm = (own: KindRow): Form => ({
  targetIn: (row) => row,
  shown: (object, row) => (row === own ? object : converted(object, own, row)),
  read(value, row) {
    const read = decoded(row, value);
    const object = row === own ? read : converted(read, row, own);
    own.strategy.default?.(object);
    return object;
  },
});

/** Something that has one form only, whichever resource it belongs to. */
export const fixedForm = (target: DecodeTarget): Form => ({
  targetIn: () => target,
  shown: (object) => object,
  read: (value) => held(decoded(target, value)),
});

function decoded(target: DecodeTarget, value: unknown): KubeObject {
  try {
    return decodeValue(target, value, { fieldValidation: 'Ignore' }).object;
  } catch (error) {
    throw internalError(error);
  }
}

/** By a webhook directly, which has to be waited for: throws `NotConverted`. */
const converted = (object: KubeObject, from: KindRow, to: KindRow): KubeObject =>
  to.custom?.conversions ? inVersion(object, from, to) : fromKept(to, toKept(from, held(object)));

const held = (object: KubeObject): Held => ({ ...object, metadata: object.metadata ?? {} });
