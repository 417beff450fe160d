import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodeContinue, encodeContinue } from './continue-token.ts';

test('a token is read back', () => {
  const token = { revision: 12, start: 'ns/한글.name' };
  expect(decodeContinue(encodeContinue(token))).toEqual(token);
  expect(encodeContinue(token)).toMatch(/^[\w-]+$/);
});

test.each([
  'x',
  '!!!',
  '',
  Buffer.from('null').toString('base64url'),
  Buffer.from('[]').toString('base64url'),
  Buffer.from('{"v":"meta.k8s.io/v1","rv":"1","start":"a"}').toString('base64url'),
  Buffer.from('{"v":"meta.k8s.io/v2","rv":1,"start":"a"}').toString('base64url'),
])('%j is no token', (text) => {
  expect(() => decodeContinue(text)).toThrowError(
    expect.objectContaining({ code: 400, message: expect.stringContaining('continue key is not valid') }),
  );
});
