import { configMapKey, deepEqual, fieldPath, forbiddenField, invalidValue, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ConfigMap } from '../../../generated/types.ts';
import { utf8Length } from '../../metadata/object-meta.ts';
import { ConfigMaps } from '../../refs.ts';
import { AGE, integer, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { IMMUTABLE_NOW, MAX_DATA_BYTES } from './data.ts';

function validate({ data = {}, binaryData = {} }: ConfigMap): Cause[] {
  const out: Cause[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    for (const problem of configMapKey(key)) out.push(invalidValue(fieldPath('data').key(key), key, problem));
    if (Object.hasOwn(binaryData, key)) out.push(invalidValue(fieldPath('data').key(key), key, 'duplicate of key present in binaryData'));
    bytes += utf8Length(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    for (const problem of configMapKey(key)) out.push(invalidValue(fieldPath('binaryData').key(key), key, problem));
    bytes += Math.floor((value.length * 3) / 4);
  }
  if (bytes > MAX_DATA_BYTES) out.push(tooLong(fieldPath('[]'), '', MAX_DATA_BYTES));
  return out;
}

function validateUpdate(next: ConfigMap, old: ConfigMap): Cause[] {
  if (!old.immutable) return [];
  const out: Cause[] = [];
  if (!next.immutable) out.push(forbiddenField(fieldPath('immutable'), IMMUTABLE_NOW));
  for (const field of ['data', 'binaryData'] as const) {
    if (!deepEqual(next[field] ?? {}, old[field] ?? {})) out.push(forbiddenField(fieldPath(field), IMMUTABLE_NOW));
  }
  return out;
}

export const configMapRow = defineKind<ConfigMap>(ConfigMaps, {
  shortNames: ['cm'],
  columns: [
    NAME,
    integer(
      'Data',
      'How many entries it has.',
      ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    ),
    AGE,
  ],
  strategy: { validate, validateUpdate, countsGeneration: false },
});
