import type { Pod } from '@kubernats/api';
import type { ApiTransport } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { FakeApi } from './fake-api.ts';
import { node, nodeOf, pod, start } from './objects.ts';

/** A scheduler's way to the API that ends after so many writes: from then on it neither hears nor is heard. */
function endsAfter(api: FakeApi, writes: number): ApiTransport & { ended: boolean } {
  let left = writes;
  const silence = new Promise<never>(() => {});
  const way = {
    ended: false,
    async request(request: Parameters<ApiTransport['request']>[0]) {
      if (way.ended) return silence;
      const isWrite = request.verb !== 'get' && request.resource !== 'events';
      if (isWrite && left-- === 0) way.ended = true;
      return way.ended ? silence : api.request(request);
    },
    follow: (...rest: Parameters<ApiTransport['follow']>) => api.follow(...rest),
  };
  return way;
}

const pods = (api: FakeApi) => api.list<Pod>('pods');
const going = (api: FakeApi) => pods(api).filter(({ metadata }) => metadata?.deletionTimestamp !== undefined);
/** What kubelets do: Pods that were told to end do so. */
function finish(api: FakeApi): void {
  for (const { metadata } of going(api)) api.remove('pods', `default/${metadata?.name}`);
}

describe('P7: a scheduler that dies between any two writes of a preemption', () => {
  const NAMES = ['cheap-a', 'cheap-b', 'dear-a', 'dear-b'];

  /** `node1` has two Pods that may go for `high`, `node2` two of more importance. Gives the names of those that are left in the end. */
  async function run(writes: number): Promise<{ ended: boolean; left: string[]; node: string | undefined }> {
    const api = new FakeApi();
    const clock = new SteppedClock();
    for (const name of ['node1', 'node2']) api.put('nodes', node(name, '2Gi'));
    for (const name of NAMES) {
      const cheap = name.startsWith('cheap');
      api.put('pods', pod(name, '1Gi', { nodeName: cheap ? 'node1' : 'node2', priority: cheap ? 0 : 1 }));
    }
    api.put('pods', { ...pod('waiting', '1Gi', { priority: 1 }), status: { nominatedNodeName: 'node1' } } as Pod);
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    const way = endsAfter(api, writes);
    const first = start(way, {}, clock);
    await clock.advance(20_000);
    first.stop.abort();
    const second = start(api, {}, clock);
    for (let round = 0; round < 3; round++) {
      await clock.advance(20_000);
      finish(api);
    }
    await clock.advance(20_000);
    second.stop.abort();
    const left = pods(api).flatMap(({ metadata }) => (NAMES.includes(metadata?.name ?? '') ? [metadata?.name ?? ''] : []));
    return { ended: way.ended, left: left.sort(), node: nodeOf(api, 'high') };
  }

  test.each([0, 1, 2, 3, 4, 5, 6])('after %i writes', async (writes) => {
    expect(await run(writes)).toEqual({ ended: true, left: ['dear-a', 'dear-b'], node: 'node1' });
  });

  test('there are no more than these', async () => {
    expect(await run(7)).toEqual({ ended: false, left: ['dear-a', 'dear-b'], node: 'node1' });
  });
});

test('P7: Pods that are made again and again do not chase each other', async () => {
  const api = new FakeApi();
  api.put('nodes', node('node1', '2Gi'));
  const priorities: Record<string, number> = { low: 1, middle: 5, high: 10 };
  let made = 0;
  const make = (kind: string) => api.put('pods', pod(`${kind}-${made++}`, '2Gi', { priority: priorities[kind] }));
  const { clock } = start(api);
  for (const kind of Object.keys(priorities)) {
    make(kind);
    await clock.advance(5_000);
  }
  let preempted = 0;
  for (let round = 0; round < 10; round++) {
    const gone = going(api);
    preempted += gone.length;
    finish(api);
    for (const { metadata } of gone) make(metadata?.name?.split('-')[0] ?? '');
    await clock.advance(60_000);
  }
  expect(preempted).toBe(1);
  expect(pods(api).map(({ metadata, spec }) => `${metadata?.name?.split('-')[0]} ${spec?.nodeName}`)).toEqual([
    'middle undefined',
    'high node1',
    'low undefined',
  ]);
});

test('P7: a node that comes and goes sends nobody away for nothing', async () => {
  const api = new FakeApi();
  for (const name of ['node1', 'node2']) api.put('nodes', node(name, '2Gi'));
  api.put('pods', pod('low', '2Gi', { nodeName: 'node1', priority: 0 }));
  const { clock } = start(api);
  api.put('pods', pod('high', '2Gi', { priority: 10 }));
  await clock.advance(10);
  expect(nodeOf(api, 'high')).toBe('node2');
  for (let round = 0; round < 5; round++) {
    const flapping = node('node2', '2Gi');
    const taints = [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }];
    api.put('nodes', round % 2 === 0 ? { ...flapping, ...{ spec: { taints } } } : flapping);
    await clock.advance(20_000);
  }
  expect(going(api)).toEqual([]);
});
