import { realIds, SteppedClock } from '@kubernats/clock';
import { type Metrics, noMetrics, type Observation } from '@kubernats/controller';
import { expect, test } from 'vitest';
import { Instrumentation } from '../../../instrumentation/instrumentation.ts';
import { parsePath } from '../parse-path.ts';
import { aboutOf, timeoutOf } from './about.ts';
import { Visits } from './visits.ts';

const ANN = { name: 'ann', groups: [] };
const about = (method: string, url: string) => aboutOf(parsePath(method, url), method, undefined);
const GET = about('GET', '/api/v1/namespaces/a/pods/b');
const WATCH = about('GET', '/api/v1/pods?watch=true');

function setUp(maxRequestsInflight = 400) {
  const clock = new SteppedClock();
  const instrumentation = new Instrumentation(() => true);
  const gauges = new Map<string, () => Iterable<Observation>>();
  const metrics: Metrics = { ...noMetrics, observable: (_kind, name, _help, _labels, observe) => gauges.set(name, observe) };
  instrumentation.instruments.showIn(metrics);
  const limits = { maxRequestsInflight, maxMutatingRequestsInflight: 200, requestTimeoutMs: 60_000 };
  const visits = new Visits({ clock, ids: realIds, instrumentation }, limits);
  const read = (name: string, label: string) =>
    [...(gauges.get(name)?.() ?? [])].find(({ labels }) => Object.values(labels).includes(label))?.value;
  return { clock, visits, read };
}

test('long-running requests have no time, no limit, and nothing that looks after them', async () => {
  const { clock, visits, read } = setUp(1);
  let isGivenUp = false;
  const watches = [1, 2, 3].map(() => {
    const visit = visits.begin(undefined, () => {
      isGivenUp = true;
    });
    expect(visits.enter(visit, ANN, WATCH, 1)).toBe(true);
    return visit;
  });
  await clock.advance(3_600_000);
  expect([isGivenUp, clock.waiting]).toEqual([false, 0]);
  await visits.idle();
  expect(read('apiserver_longrunning_requests', 'WATCH')).toBe(3);
  for (const watch of [...watches, ...watches]) visits.end(watch, 200, 0);
  expect(read('apiserver_longrunning_requests', 'WATCH')).toBe(0);
});

test('a request counts until it has ended, and for a second as the most there were', async () => {
  const { clock, visits, read } = setUp(2);
  const [one, two, three] = [1, 2, 3].map(() => visits.begin('id', () => {}));
  if (!one || !two || !three) throw new Error('three');
  expect([one, two, three].map((visit) => visits.enter(visit, ANN, GET, undefined))).toEqual([true, true, false]);
  expect(read('apiserver_current_inflight_requests', 'readOnly')).toBe(2);
  for (const visit of [one, two, three]) visits.end(visit, 200, 10);
  expect(read('apiserver_current_inflight_requests', 'readOnly')).toBe(2);
  await clock.advance(3_000);
  expect(read('apiserver_current_inflight_requests', 'readOnly')).toBe(0);
  expect(read('apiserver_request_total', '200')).toBe(3);
});

test('R1: who sends little is served though another has filled the limit, and neither may go on without end', () => {
  const { visits, read } = setUp(4);
  const enter = (name: string) => {
    const visit = visits.begin(undefined, () => {});
    const isIn = visits.enter(visit, { name, groups: [] }, GET, undefined);
    if (!isIn) visits.end(visit, 429, 0);
    return { visit, isIn };
  };
  const isIn = (name: string) => enter(name).isIn;
  const noisy = Array.from({ length: 5 }, () => enter('noisy'));
  expect(noisy.map((each) => each.isIn)).toEqual([true, true, true, true, false]);
  expect([isIn('quiet'), isIn('quiet'), isIn('quiet')]).toEqual([true, true, false]);
  expect([isIn('noisy'), isIn('third'), isIn('third')]).toEqual([false, true, false]);
  expect([isIn('fourth'), isIn('fifth')]).toEqual([true, false]);
  expect(read('apiserver_current_inflight_requests', 'readOnly')).toBe(8);
  for (const { visit } of noisy) visits.end(visit, 200, 0);
  expect([isIn('noisy'), isIn('noisy')]).toEqual([true, false]);
});

test('a request is given up when its time is up, which the client may shorten and not prolong', async () => {
  const { clock, visits } = setUp();
  const given: string[] = [];
  const short = visits.begin(undefined, () => given.push('short'));
  visits.enter(short, ANN, GET, timeoutOf({ timeout: '1s' }));
  const long = visits.begin(undefined, () => given.push('long'));
  visits.enter(long, ANN, GET, timeoutOf({ timeout: '10m' }));
  await clock.advance(1_100);
  expect(given).toEqual(['short']);
  await clock.advance(60_000);
  expect(given).toEqual(['short', 'long']);
});

test.each([
  ['GET', '/api/v1/namespaces/a/pods/b', 'GET pods resource', 'readOnly'],
  ['GET', '/api/v1/namespaces/a/pods', 'LIST pods namespace', 'readOnly'],
  ['GET', '/api/v1/pods?watch=1', 'WATCH pods cluster', 'long-running'],
  ['POST', '/api/v1/namespaces/a/pods', 'POST pods resource', 'mutating'],
  ['DELETE', '/api/v1/namespaces/a/pods', 'DELETECOLLECTION pods namespace', 'mutating'],
  ['PATCH', '/api/v1/namespaces/a/pods/b/status', 'PATCH pods/status resource', 'mutating'],
  ['GET', '/api/v1/namespaces/a/pods/b/log', 'GET pods/log resource', 'long-running'],
  ['POST', '/api/v1/namespaces/a/pods/b/exec', 'CONNECT pods/exec resource', 'long-running'],
  ['GET', '/api/v1/namespaces/a/services/b/proxy/x', 'CONNECT services/proxy resource', 'long-running'],
  ['GET', '/metrics', 'GET /metrics', 'readOnly'],
  ['GET', '/readyz/state', 'GET', 'no limit'],
  ['GET', '/openapi/v3/api/v1', 'GET', 'readOnly'],
])('R1: %s %s counts as %s, %s', (method, url, labelled, kind) => {
  const { labels, kind: counted, isLongRunning } = about(method, url);
  const { verb, resource, subresource, scope } = labels;
  const what = resource !== '' && subresource !== '' ? `${resource}/${subresource}` : resource || subresource;
  expect([verb, what, scope].filter((each) => each !== '').join(' ')).toBe(labelled);
  expect(isLongRunning ? 'long-running' : (counted ?? 'no limit')).toBe(kind);
});
