import type { Node, Taint } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { silentConditions } from './health.ts';
import { wantedTaints } from './taints.ts';
import { EVICTION_LIMITS, type EvictionPace, evictionPace, type ZoneCount } from './zones.ts';

const NOW = Date.parse('2026-01-01T00:01:00Z');
const now = '2026-01-01T00:01:00Z';
const old = '2025-12-31T00:00:00Z';

function node(conditions: Record<string, string>, taints: Taint[] = [], unschedulable?: boolean): Node {
  return {
    metadata: { name: 'node1', creationTimestamp: old },
    spec: { taints, unschedulable },
    status: {
      conditions: Object.entries(conditions).map(([type, status]) => ({
        type,
        status,
        reason: 'Said',
        lastHeartbeatTime: old,
        lastTransitionTime: old,
      })),
    },
  };
}
const taint = (name: string, effect: string, timeAdded = now): Taint => ({ key: `node.kubernetes.io/${name}`, effect, timeAdded });
const mine: Taint = { key: 'example.com/mine', value: 'x', effect: 'NoExecute' };

describe('the taints of a node', () => {
  test.each<[string, Node, boolean, Taint[] | undefined]>([
    ['that is well', node({ Ready: 'True' }), false, undefined],
    [
      'that is well again: only ours go',
      node({ Ready: 'True' }, [mine, taint('unreachable', 'NoExecute', old), taint('unreachable', 'NoSchedule', old)]),
      false,
      [mine],
    ],
    [
      'that is not ready',
      node({ Ready: 'False' }, [mine]),
      true,
      [mine, taint('not-ready', 'NoSchedule'), taint('not-ready', 'NoExecute')],
    ],
    ['that is silent, and may not be emptied yet', node({ Ready: 'Unknown' }), false, [taint('unreachable', 'NoSchedule')]],
    [
      'that was not ready and is silent now',
      node({ Ready: 'Unknown' }, [taint('not-ready', 'NoSchedule', old), taint('not-ready', 'NoExecute', old)]),
      true,
      [taint('unreachable', 'NoSchedule'), taint('unreachable', 'NoExecute')],
    ],
    [
      'that has them already: their time stays',
      node({ Ready: 'Unknown' }, [taint('unreachable', 'NoSchedule', old), taint('unreachable', 'NoExecute', old)]),
      true,
      undefined,
    ],
    [
      'that is short of all',
      node({ Ready: 'True', MemoryPressure: 'True', DiskPressure: 'True', PIDPressure: 'True', NetworkUnavailable: 'True' }),
      false,
      ['memory-pressure', 'disk-pressure', 'pid-pressure', 'network-unavailable'].map((each) => taint(each, 'NoSchedule')),
    ],
    ['that is cordoned', node({ Ready: 'True' }, [], true), false, [taint('unschedulable', 'NoSchedule')]],
    ['that never said how it is', node({}), true, undefined],
  ])('%s', (_name, which, evicts, expected) => {
    expect(wantedTaints(which, evicts, NOW)).toEqual(expected);
  });
});

test('a silent node keeps what others say of it, and its Ready comes even if it never said', () => {
  const told = silentConditions(node({ Ready: 'True', NetworkUnavailable: 'False', MemoryPressure: 'Unknown' }), NOW) ?? [];
  expect(told.map(({ type, status, reason }) => [type, status, reason])).toEqual([
    ['Ready', 'Unknown', 'NodeStatusUnknown'],
    ['NetworkUnavailable', 'False', 'Said'],
    ['MemoryPressure', 'Unknown', 'Said'],
    ['DiskPressure', 'Unknown', 'NodeStatusNeverUpdated'],
    ['PIDPressure', 'Unknown', 'NodeStatusNeverUpdated'],
  ]);
  expect(told[0]).toMatchObject({ lastHeartbeatTime: old, lastTransitionTime: now });
  expect(silentConditions({ status: { conditions: told } }, NOW)).toBeUndefined();
});

const { intervalMs, disruptedIntervalMs } = EVICTION_LIMITS;
test.each<[string, ZoneCount, ZoneCount, EvictionPace]>([
  ['one of three is down', { ready: 2, notReady: 1 }, { ready: 2, notReady: 1 }, intervalMs],
  ['two of three are down', { ready: 1, notReady: 2 }, { ready: 1, notReady: 2 }, intervalMs],
  ['three of five are down, in a small cluster', { ready: 2, notReady: 3 }, { ready: 2, notReady: 3 }, 'pause'],
  ['most of a zone is down, in a large cluster', { ready: 10, notReady: 30 }, { ready: 40, notReady: 30 }, disruptedIntervalMs],
  ['a zone is down and others are not', { ready: 0, notReady: 5 }, { ready: 5, notReady: 5 }, intervalMs],
  ['all are down', { ready: 0, notReady: 3 }, { ready: 0, notReady: 3 }, 'stop'],
])('when %s', (_name, zone, cluster, pace) => {
  expect(evictionPace(zone, cluster, EVICTION_LIMITS)).toBe(pace);
});
