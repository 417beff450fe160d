import { Buffer } from 'node:buffer';
import type { Secret } from '@kubernats/api';
import { BOOTSTRAP_TOKEN_TYPE } from '@kubernats/client';
import { expect, test } from 'vitest';
import { judgeToken } from './judge-token.ts';

const TOKEN = { id: 'abcdef', secret: '0123456789abcdef' };
const NOW = Date.parse('2030-01-01T00:00:00Z');

function secret(changed: Record<string, string | undefined> = {}, more: Partial<Secret> = {}): Secret {
  const entries: Record<string, string | undefined> = {
    'token-id': 'abcdef',
    'token-secret': '0123456789abcdef',
    'usage-bootstrap-authentication': 'true',
    ...changed,
  };
  const data = Object.entries(entries).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Buffer.from(value).toString('base64')]],
  );
  return { metadata: { name: 'bootstrap-token-abcdef' }, type: BOOTSTRAP_TOKEN_TYPE, data: Object.fromEntries(data), ...more };
}

test.each<[string, Secret, number | undefined]>([
  ['for ever, and for any number of machines', secret(), undefined],
  ['until it expires', secret({ expiration: '2030-01-01T00:00:01Z' }), undefined],
  ['as often as is left', secret({ 'uses-left': '2' }), 2],
])('a token is good %s', (_, given, usesLeft) => {
  expect(judgeToken(given, TOKEN, NOW)).toEqual({ good: true, secret: given, usesLeft });
});

test.each<[string, Secret | undefined, string]>([
  ['that is not there', undefined, 'is not known: it was deleted, or never made'],
  [
    'that is being deleted',
    secret({}, { metadata: { deletionTimestamp: '2030-01-01T00:00:00Z' } }),
    'is not known: it was deleted, or never made',
  ],
  ['that is a Secret of another type', secret({}, { type: 'Opaque' }), 'is not known: it was deleted, or never made'],
  ['without data', secret({}, { data: undefined }), 'is wrong'],
  ['of another secret', secret({ 'token-secret': '0123456789abcdeg' }), 'is wrong'],
  ['of a longer secret', secret({ 'token-secret': '0123456789abcdef0' }), 'is wrong'],
  ['of another name', secret({ 'token-id': 'abcdeg' }), 'is wrong'],
  ['that expires now', secret({ expiration: '2030-01-01T00:00:00Z' }), 'has expired at 2030-01-01T00:00:00Z'],
  ['of a time that is none', secret({ expiration: 'tomorrow' }), 'has expired at tomorrow'],
  [
    'for signing only',
    secret({ 'usage-bootstrap-authentication': undefined }),
    'is not for joining: usage-bootstrap-authentication is not true',
  ],
  ['that was used as often as it may', secret({ 'uses-left': '0' }), 'is used up'],
  ['of a number that is none', secret({ 'uses-left': '-1' }), 'is used up'],
])('a token is refused %s', (_, given, why) => {
  expect(judgeToken(given, TOKEN, NOW)).toEqual({ good: false, why: `the token abcdef ${why}` });
});
