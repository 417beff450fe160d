import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { healthReply, sliText } from './health.ts';

const health = (trouble?: string) => ({
  live: { log: () => undefined },
  ready: { state: () => trouble, shutdown: () => undefined },
});

function ask(path: string, trouble?: string): string | undefined {
  const [at = '', query = ''] = path.split('?');
  const reply = healthReply(health(trouble), at, new URLSearchParams(query));
  return reply && `${reply.code} ${Buffer.concat(reply.chunks).toString()}`;
}

test.each([
  ['/readyz', '200 ok'],
  ['/livez/ping', '200 ok'],
  ['/readyz/state', '200 ok'],
  ['/livez?verbose', '200 [+]ping ok\n[+]log ok\nlivez check passed\n'],
  ['/healthz?verbose', '200 [+]ping ok\n[+]log ok\n[+]state ok\nhealthz check passed\n'],
  [
    '/readyz?verbose&exclude=state&exclude=log',
    '200 [+]ping ok\n[+]log excluded: ok\n[+]state excluded: ok\n[+]shutdown ok\nreadyz check passed\n',
  ],
  [
    '/livez?verbose&exclude=z&exclude=a,b',
    '200 [+]ping ok\n[+]log ok\nwarn: some health checks cannot be excluded: no matches for "a,b","z"\nlivez check passed\n',
  ],
  ['/livez/state', undefined],
  ['/livez/constructor', undefined],
  ['/version', undefined],
])('R1: %s', (path, expected) => expect(ask(path)).toBe(expected));

test.each([
  ['/readyz', '500 [+]ping ok\n[+]log ok\n[-]state failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n'],
  ['/readyz?exclude=state', '200 ok'],
  ['/livez', '200 ok'],
  ['/readyz/state', '500 internal server error: not loaded yet\n'],
])('R1: %s with trouble', (path, expected) => expect(ask(path, 'not loaded yet')).toBe(expected));

test('R1: /metrics/slis tells of each check whether it is fine', () => {
  expect(sliText(health('not loaded yet')).split('\n').slice(2)).toEqual([
    'kubernetes_healthcheck{name="ping",type="healthz"} 1',
    'kubernetes_healthcheck{name="log",type="healthz"} 1',
    'kubernetes_healthcheck{name="state",type="healthz"} 0',
    'kubernetes_healthcheck{name="ping",type="livez"} 1',
    'kubernetes_healthcheck{name="log",type="livez"} 1',
    'kubernetes_healthcheck{name="ping",type="readyz"} 1',
    'kubernetes_healthcheck{name="log",type="readyz"} 1',
    'kubernetes_healthcheck{name="state",type="readyz"} 0',
    'kubernetes_healthcheck{name="shutdown",type="readyz"} 1',
    '',
  ]);
});
