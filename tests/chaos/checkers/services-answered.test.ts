import { describe, expect, test } from 'vitest';
import type { Entry, Event } from '../history/entries.ts';
import { added, an, begun, called, calledPod, healed, modified } from './history.fixture.ts';
import { servicesAnswered } from './services-answered.ts';

const IP = '10.0.0.1';
const POD = { pod: 'front-1' };
const FAILED = { error: 'ECONNREFUSED' };
const at = (atMs: number, event: Event): Entry => ({ atMs, ...event });
const ready = (atMs: number): Entry => at(atMs, added(an('EndpointSlice', 'front-x', 1, { ready: [{ ip: IP, node: 'node1' }] })));
const gone = (atMs: number): Entry => at(atMs, modified(an('EndpointSlice', 'front-x', 2, { ready: [] })));
/** Answers for itself before and after a call from 3000 to 4000. */
const lives = [calledPod(IP, 2000, 2500, POD), calledPod(IP, 5000, 5500, POD)];
const reached = called(1000, 1500, POD);
const failed = called(3000, 4000, FAILED);
const well = called(90_000, 90_500, POD);
const check = (...entries: Entry[]): readonly string[] => servicesAnswered.check(entries.toSorted((a, b) => a.atMs - b.atMs)).wrong;

describe('Services answered as long as an endpoint lived', () => {
  const good: Record<string, Entry[]> = {
    'every call is answered': [ready(0), reached, well],
    'it fails while there is no endpoint': [ready(0), reached, gone(2000), failed, well],
    'it fails while the endpoint does not answer for itself': [
      ready(0),
      reached,
      calledPod(IP, 2000, 2500, FAILED),
      failed,
      lives[1] as Entry,
      well,
    ],
    'it fails while the endpoint dies': [ready(0), reached, ...lives, calledPod(IP, 3100, 3200, FAILED), failed, well],
    'it fails while another Pod has the address': [
      ready(0),
      reached,
      lives[0] as Entry,
      failed,
      calledPod(IP, 5000, 5500, { pod: 'another' }),
      well,
    ],
    'it fails while the proxy is dead': [
      ready(0),
      reached,
      at(2900, begun('service-proxy')),
      ...lives,
      failed,
      at(4500, healed('service-proxy')),
      well,
    ],
    'it fails before the proxy can know of the endpoint': [at(100, begun('nats-server')), ready(200), ...lives, failed, well],
    'the proxy may have forgotten it while it was in trouble': [
      ...[ready(0), reached, at(1600, begun('service-proxy')), at(1900, healed('service-proxy')), ...lives, failed, well],
    ],
  };
  test.each(Object.entries(good))('green: %s', (_, entries) => expect(check(...entries)).toEqual([]));

  test('red: it fails while an endpoint lives that it reached before', () => {
    expect(check(ready(0), reached, ...lives, failed, well)).toEqual([
      'front by its cluster IP, from 3000 ms to 4000 ms: ECONNREFUSED, while there was front-1',
    ]);
  });
  test('red: the same while a component that carries no connections is in trouble', () => {
    expect(check(ready(0), reached, at(2000, begun('apiserver')), ...lives, failed, well)).toHaveLength(1);
  });
  test('red: it fails long after the last fault, though no call ever reached the endpoint', () => {
    const later = [calledPod(IP, 41_000, 41_500, POD), called(42_000, 43_000, FAILED), calledPod(IP, 44_000, 44_500, POD)];
    expect(check(at(0, begun('service-proxy')), at(100, healed('service-proxy')), ready(1000), ...later, well)).toHaveLength(1);
  });
  test('red: the same while one is in trouble that tells the proxy nothing', () => {
    const later = [calledPod(IP, 11_000, 11_500, POD), called(12_000, 13_000, FAILED), calledPod(IP, 14_000, 14_500, POD)];
    expect(check(ready(1000), at(5000, begun('scheduler')), ...later, well)).toHaveLength(1);
    expect(check(ready(1000), at(5000, begun('apiserver')), ...later, well)).toEqual([]);
  });
  test('red: the last call of a way fails, whatever lives', () => {
    expect(check(reached, failed)).toEqual([expect.stringMatching(/the last call of its way$/)]);
  });
  test('red: nothing was called', () => {
    expect(check(ready(0))).toEqual(['nothing was called']);
  });
});
