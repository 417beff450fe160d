import { configMapKey, deepEqual, fieldPath, forbiddenField, invalidValue, required, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Secret } from '../../../generated/types.ts';
import { Secrets } from '../../refs.ts';
import { AGE, integer, NAME, text } from '../../table/common-columns.ts';
import { IMMUTABLE } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';
import { IMMUTABLE_NOW, MAX_DATA_BYTES } from './data.ts';

/** What a Secret of a type must have in its data. */
const REQUIRED_KEYS: ReadonlyMap<string | undefined, readonly string[]> = new Map([
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
]);
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';

/** `stringData` is for writing only: it becomes `data`. */
function defaultSecret(secret: Secret): void {
  secret.type ||= 'Opaque';
  const { stringData } = secret;
  if (!stringData) return;
  const data = (secret.data ??= {});
  for (const [key, value] of Object.entries(stringData)) data[key] = Buffer.from(value, 'utf8').toString('base64');
  delete secret.stringData;
}

function validate({ data = {}, type, metadata }: Secret): Cause[] {
  const out: Cause[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    for (const problem of configMapKey(key)) out.push(invalidValue(fieldPath('data').key(key), key, problem));
    bytes += Math.floor((value.length * 3) / 4);
  }
  if (bytes > MAX_DATA_BYTES) out.push(tooLong(fieldPath('data'), '', MAX_DATA_BYTES));
  for (const key of REQUIRED_KEYS.get(type) ?? []) {
    if (!Object.hasOwn(data, key)) out.push(required(fieldPath('data').key(key)));
  }
  if (type === 'kubernetes.io/service-account-token' && !metadata?.annotations?.[SERVICE_ACCOUNT_NAME]) {
    out.push(required(fieldPath('metadata', 'annotations').key(SERVICE_ACCOUNT_NAME)));
  }
  if (type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) {
    for (const key of ['username', 'password']) out.push(required(fieldPath('data').key(key)));
  }
  return out;
}

function validateUpdate(next: Secret, old: Secret): Cause[] {
  const out: Cause[] = [];
  if (next.type !== old.type) out.push(invalidValue(fieldPath('type'), next.type, IMMUTABLE));
  if (!old.immutable) return out;
  if (!next.immutable) out.push(forbiddenField(fieldPath('immutable'), IMMUTABLE_NOW));
  if (!deepEqual(next.data ?? {}, old.data ?? {})) out.push(forbiddenField(fieldPath('data'), IMMUTABLE_NOW));
  return out;
}

export const secretRow = defineKind<Secret>(Secrets, {
  columns: [
    NAME,
    text('Type', 'What the Secret is for.', (secret) => secret.type ?? ''),
    integer('Data', 'How many entries it has.', (secret) => Object.keys(secret.data ?? {}).length),
    AGE,
  ],
  strategy: {
    default: defaultSecret,
    validate,
    validateUpdate,
    countsGeneration: false,
  },
  fieldSelectors: { type: (secret) => secret.type ?? '' },
});
