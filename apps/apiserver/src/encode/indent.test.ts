import { expect, test } from 'vitest';
import { indented, isRead } from './indent.ts';
import { type BodyReply, plainReply } from './reply.ts';

test.each([
  ['/api', undefined, false],
  ['/api', 'kubectl/v1.36.0', false],
  ['/api', 'curl/7.88.1', true],
  ['/api?pretty=false', 'curl/7.88.1', false],
  ['/api?limit=1&pretty=true', 'kubectl/v1.36.0', true],
  ['/api?pretty=1', undefined, true],
  ['/api?pretty=yes', 'curl/7.88.1', false],
  ['/api?pretty=', 'curl/7.88.1', true],
  ['/openapi/v2', 'curl/7.88.1', false],
] as const)('R1: %s for %s is for somebody who reads: %s', (url, userAgent, read) => {
  expect(isRead(url, userAgent)).toBe(read);
});

test('R1: JSON is put into lines, unless it is too long to be read; what is no JSON stays', () => {
  const reply = (text: string): BodyReply => ({
    type: 'body',
    code: 200,
    contentType: 'application/json',
    chunks: [Buffer.from(text)],
    warnings: [],
  });
  const text = (of: ReturnType<typeof indented>): string => (of.type === 'body' ? Buffer.concat(of.chunks).toString() : '');
  expect(text(indented(reply('{"a":{},"b":[1]}')))).toBe('{\n  "a": {},\n  "b": [\n    1\n  ]\n}');
  const long = `{"a":"${'x'.repeat(1024 * 1024)}"}`;
  expect(text(indented(reply(long)))).toBe(long);
  expect(text(indented(plainReply('{"a":1}')))).toBe('{"a":1}');
});
