import type { DaemonSet, DaemonSetSpec, Node, Pod, PodSpec } from '@kubernats/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daemonPod } from './daemon-pod.ts';
import { decide } from './decide.ts';
import { FailedPods } from './failed-pods.ts';
import { fits } from './fits.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const GOING = '2026-01-01T00:10:30Z';

const daemonSet = (spec: Partial<DaemonSetSpec> = {}, podSpec: Partial<PodSpec> = {}): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'log', namespace: 'default', uid: 'me', generation: 1 },
  spec: {
    selector: { matchLabels: { app: 'log' } },
    template: { metadata: { labels: { app: 'log' } }, spec: { containers: [], ...podSpec } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    ...spec,
  },
});
const rolling = (maxUnavailable: number | string, maxSurge: number | string = 0): Partial<DaemonSetSpec> => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
});

const node = (name: string, taints: [string, string][] = [], labels: Record<string, string> = {}): Node => ({
  metadata: { name, labels },
  spec: { taints: taints.map(([key, effect]) => ({ key, effect })) },
});

/** `a1 on n1`; `!`: is not ready; `~`: is on its way out; `@old`: of that template; `?`: not scheduled yet; `=Failed`: its phase. */
function pod(text: string, index = 0): Pod {
  const [, name = '', on = '', marks = '', phase = 'Running', of = 'new'] =
    /^(\S+) on (\w+)([!~?]*)(?:=(\w+))?(?:@(\w+))?$/.exec(text) ?? [];
  const made = daemonPod(daemonSet(), on, of);
  return {
    metadata: {
      ...made.metadata,
      name,
      creationTimestamp: `2026-01-01T00:00:0${index}Z`,
      ...(marks.includes('~') && { deletionTimestamp: GOING }),
    },
    spec: { containers: [], ...(marks.includes('?') ? { affinity: made.spec?.affinity } : { nodeName: on }) },
    status: { phase, conditions: [{ type: 'Ready', status: marks.includes('!') || phase !== 'Running' ? 'False' : 'True' }] },
  };
}

function plan(set: DaemonSet, nodes: Node[], pods: string[], heldUntilMs = 0): string[] {
  const snapshot = { daemonSet: set, nodes, pods: pods.map(pod), hash: 'new', heldUntilMs: () => heldUntilMs, nowMs: NOW };
  const { create, remove } = decide(snapshot, 0);
  return [
    ...create.map((name) => `create on ${name}`),
    ...remove.map(({ pod: { metadata }, because }) => `delete ${metadata?.name}${because ? ` (${because})` : ''}`),
  ];
}

const two = [node('n1'), node('n2')];
const three = [node('n1'), node('n2'), node('n3')];

describe('a node gets a Pod', () => {
  // The DaemonSet concept, "Taints and tolerations".
  test.each<[string, Node, Partial<PodSpec>, boolean, boolean]>([
    ['as it is', node('n1'), {}, true, true],
    ['with the labels of the selector', node('n1', [], { disk: 'ssd' }), { nodeSelector: { disk: 'ssd' } }, true, true],
    ['not without', node('n1'), { nodeSelector: { disk: 'ssd' } }, false, false],
    ['of that name alone', node('n1'), { nodeName: 'n2' }, false, false],
    [
      'that is not ready, unreachable, cordoned or under pressure',
      node('n1', [
        ['node.kubernetes.io/not-ready', 'NoExecute'],
        ['node.kubernetes.io/unreachable', 'NoExecute'],
        ['node.kubernetes.io/unschedulable', 'NoSchedule'],
        ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
        ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
        ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
      ]),
      {},
      true,
      true,
    ],
    [
      'without a network when it needs none',
      node('n1', [['node.kubernetes.io/network-unavailable', 'NoSchedule']]),
      { hostNetwork: true },
      true,
      true,
    ],
    ['not else', node('n1', [['node.kubernetes.io/network-unavailable', 'NoSchedule']]), {}, false, true],
    ['not with a taint, but one there stays', node('n1', [['own', 'NoSchedule']]), {}, false, true],
    ['unless it has to leave', node('n1', [['own', 'NoExecute']]), {}, false, false],
    [
      'with a taint that it tolerates',
      node('n1', [['own', 'NoExecute']]),
      { tolerations: [{ key: 'own', operator: 'Exists' }] },
      true,
      true,
    ],
    ['where it had rather not', node('n1', [['own', 'PreferNoSchedule']]), {}, true, true],
  ])('%s', (_, of, podSpec, run, stay) => {
    expect(fits(daemonSet({}, podSpec), of)).toEqual({ run, stay });
  });
});

describe('on each node', () => {
  test.each<[string, Node[], string[], string[]]>([
    ['one is made', two, ['a on n1'], ['create on n2']],
    ['one that is not bound yet counts', two, ['a on n1', 'b on n2?'], []],
    ['one on its way out is waited for', two, ['a on n1', 'b on n2~'], []],
    ['the oldest is kept', [node('n1')], ['a on n1', 'b on n1'], ['delete b']],
    ['one that failed goes', [node('n1')], ['a on n1=Failed'], ['delete a (failed)']],
    ['one that has ended goes', [node('n1')], ['a on n1=Succeeded'], ['delete a (succeeded)']],
    ['none is left where none should be', [node('n1', [['own', 'NoExecute']])], ['a on n1'], ['delete a']],
    ['one stays that could not come', [node('n1', [['own', 'NoSchedule']])], ['a on n1'], []],
    ['one that waits for a node that is gone goes', [node('n1')], ['a on n1', 'b on gone?'], ['delete b']],
  ])('%s', (_, nodes, pods, expected) => {
    expect(plan(daemonSet(), nodes, pods)).toEqual(expected);
  });

  test('one that failed again and again is held for longer and longer', () => {
    expect(plan(daemonSet(), [node('n1')], ['a on n1=Failed'], NOW + 1)).toEqual([]);
    const failed = new FailedPods();
    const waits = [0, 1, 2, 3].map(() => {
      failed.replaced('log', 'n1', NOW);
      return (failed.heldUntilMs('log', 'n1') ?? 0) - NOW;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    failed.forget('log');
    expect(failed.heldUntilMs('log', 'n1')).toBeUndefined();
  });
});

describe('a roll-out', () => {
  const old = ['a on n1@old', 'b on n2@old', 'c on n3@old'];
  test.each<[string, DaemonSet, string[], string[]]>([
    ['takes one at a time', daemonSet(), old, ['delete a']],
    ['or as many as may be missing, a percentage rounded up', daemonSet(rolling('34%')), old, ['delete a', 'delete b']],
    ['waits for a new one', daemonSet(), ['a on n1!', 'b on n2@old', 'c on n3@old'], []],
    ['and for one that goes', daemonSet(), ['a on n1~@old', 'b on n2@old', 'c on n3@old'], []],
    [
      'takes those that are no use at once',
      daemonSet(),
      ['a on n1!@old', 'b on n2!@old', 'c on n3@old'],
      ['delete a', 'delete b', 'delete c'],
    ],
    ['not at all OnDelete', daemonSet({ updateStrategy: { type: 'OnDelete' } }), old, []],
    ['with surge makes new ones beside', daemonSet(rolling(0, 2)), old, ['create on n1', 'create on n2']],
    ['keeps the old one until the new one is available', daemonSet(rolling(0, 1)), [...old, 'd on n1!'], []],
    ['then takes it', daemonSet(rolling(0, 1)), [...old, 'd on n1'], ['delete a']],
    [
      'an old one that is not ready goes when its successor is there',
      daemonSet(rolling(0, 1)),
      ['a on n1!@old', 'b on n2@old', 'c on n3@old', 'd on n1!'],
      ['delete a'],
    ],
    [
      'makes the successor of one that is no use at once',
      daemonSet(rolling(0, 1)),
      ['a on n1!@old', 'b on n2!@old', 'c on n3'],
      ['create on n1', 'create on n2'],
    ],
  ])('%s', (_, set, pods, expected) => {
    expect(plan(set, three, pods)).toEqual(expected);
  });

  test.each([rolling(1), rolling(2), rolling(0, 1), rolling(0, '50%')])('%j: comes to one new Pod a node, from wherever it is', (spec) => {
    const set = daemonSet(spec);
    const start = fc.array(
      fc.record({ on: fc.constantFrom('n1', 'n2', 'n3'), of: fc.constantFrom('old', 'new'), ready: fc.boolean(), fails: fc.boolean() }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(start, (begun) => {
        let made = 0;
        let pods = begun.map(({ on, of, ready, fails }) => `p${made++} on ${on}${ready ? '' : '!'}${fails ? '=Failed' : ''}@${of}`);
        for (let round = 0; round < 40; round++) {
          const steps = plan(set, three, pods);
          // What is not ready yet may be all that it waits for.
          if (steps.length === 0 && !pods.some((text) => text.includes('!'))) break;
          const gone = new Set(steps.filter((step) => step.startsWith('delete')).map((step) => step.split(' ')[1]));
          const created = steps.filter((step) => step.startsWith('create')).map((step) => `p${made++} on ${step.split(' ')[2]}@new`);
          pods = [...pods.filter((text) => !gone.has(text.split(' ')[0])).map((text) => text.replace('!', '')), ...created];
        }
        expect(pods.map((text) => text.replace(/^\S+ on /, '').replace('!', '')).sort()).toEqual(['n1@new', 'n2@new', 'n3@new']);
      }),
      { numRuns: 100 },
    );
  });
});

test('its status counts nodes, by the oldest Pod of each', () => {
  const nodes = [...three, node('n4', [['own', 'NoSchedule']])];
  const pods = ['a on n1', 'b on n2!', 'c on n4@old'].map(pod);
  const snapshot = { daemonSet: daemonSet(), nodes, pods, hash: 'new', heldUntilMs: () => undefined, nowMs: NOW };
  expect(decide(snapshot, 0).status).toEqual({
    currentNumberScheduled: 2,
    desiredNumberScheduled: 3,
    numberMisscheduled: 1,
    numberReady: 1,
    numberAvailable: 1,
    numberUnavailable: 2,
    updatedNumberScheduled: 2,
    observedGeneration: 1,
  });
});
