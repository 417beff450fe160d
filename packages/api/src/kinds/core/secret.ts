import {
  configMapKey,
  deepEqual,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  required,
  tooLong,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Secret } from '../../../generated/types.ts';
import { goValue } from '../../decode/go-types.ts';
import { inspectJson } from '../../decode/inspect-json.ts';
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
/** What images are pulled with. */
const PULL_SECRETS: ReadonlySet<string | undefined> = new Set(['kubernetes.io/dockercfg', 'kubernetes.io/dockerconfigjson']);
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
    else if (PULL_SECRETS.has(type)) checkJson(data[key] ?? '', fieldPath('data').key(key), out);
  }
  if (type === 'kubernetes.io/service-account-token' && !metadata?.annotations?.[SERVICE_ACCOUNT_NAME]) {
    out.push(required(fieldPath('metadata', 'annotations').key(SERVICE_ACCOUNT_NAME)));
  }
  if (type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) {
    for (const key of ['username', 'password']) out.push(required(fieldPath('data').key(key)));
  }
  return out;
}

/** What registries are asked with has to be an object of JSON, whatever is in it. */
function checkJson(base64: string, at: FieldPath, out: Cause[]): void {
  const bytes = Buffer.from(base64, 'base64');
  const { error } = inspectJson(bytes);
  const value: unknown = error === undefined ? JSON.parse(bytes.toString('utf8')) : {};
  const isObject = value === null || (typeof value === 'object' && !Array.isArray(value));
  const why = error ?? (isObject ? undefined : `json: cannot unmarshal ${goValue(value)} into Go value of type map[string]interface {}`);
  if (why !== undefined) out.push(invalidValue(at, '<secret contents redacted>', why));
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
