import { seededRandom } from '@kubernats/clock';
import { describe, expect, it, test } from 'vitest';
import { type NodeRow, nodeRow } from './node-row.ts';
import { drawStory, toldOf } from './node-story.ts';
import { readStages } from './read-stages.ts';
import { windowAt } from './window.ts';

test.each([
  ['before it', { after: 10 }, 0, { open: false, changesInMs: 10 }],
  ['for ever', { after: 10 }, 10, { open: true }],
  ['in it', { after: 10, for: 5 }, 12, { open: true, changesInMs: 3 }],
  ['behind it', { after: 10, for: 5 }, 15, { open: false }],
  ['between two', { after: 10, for: 5, every: 20 }, 15, { open: false, changesInMs: 15 }],
  ['in the second', { after: 10, for: 5, every: 20 }, 30, { open: true, changesInMs: 5 }],
])('a window: %s', (_case, window, sinceMs, expected) => expect(windowAt(window, sinceMs)).toEqual(expected));

describe('what a node is told to say', () => {
  const rows = (...all: object[]): NodeRow[] => all.map((row) => nodeRow.parse(row));
  const node = { name: 'node1', labels: { zone: 'a' }, annotations: {} };

  it('not ready for a while after its boot', () => {
    const story = rows({ notReady: { for: '5s' } });
    expect(toldOf(story, node, 0)).toEqual({
      silent: false,
      notReady: { reason: 'KubeletNotReady', message: 'so says the table of life cycles' },
      conditions: [],
      changesInMs: 5000,
    });
    expect(toldOf(story, node, 5000)).toEqual({ silent: false, conditions: [] });
  });

  it("pressure, in the kubelet's words, and conditions of the table's own, which are taken back", () => {
    const story = rows({
      conditions: [
        { type: 'DiskPressure', after: 10, for: 10 },
        { type: 'KernelDeadlock', for: 10, reason: 'Stuck', message: 'stuck' },
      ],
    });
    expect(toldOf(story, node, 5).conditions).toEqual([{ type: 'KernelDeadlock', status: 'True', reason: 'Stuck', message: 'stuck' }]);
    expect(toldOf(story, node, 15).conditions).toEqual([
      { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
      { type: 'KernelDeadlock', status: 'False', reason: 'SaidByTable', message: 'so says the table of life cycles' },
    ]);
  });

  it('by name, label and annotation; the first row that has it counts', () => {
    const story = rows(
      { match: { node: 'other*' }, silent: {} },
      { match: { labels: { zone: 'b' } }, silent: {} },
      { match: { node: 'node*', labels: { zone: 'a' } }, silent: { after: 10 } },
      { silent: {} },
    );
    expect(toldOf(story, node, 5).silent).toBe(false);
    expect(toldOf(story, node, 10).silent).toBe(true);
  });

  it('draws its jitter once a boot', () => {
    const table = rows({ silent: { after: '10s', jitter: '10s' } });
    const [one, again, other] = [1, 1, 2].map((seed) => drawStory(table, seededRandom(seed))[0]?.silent?.after);
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    expect(one).toBeGreaterThanOrEqual(10_000);
  });
});

const stage = (spec: string, name = 'x'): string => `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: { name: ${name} }
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
${spec}`;

describe('a file of life cycles', () => {
  test.each([
    ['pods:\n- exit: { code: many }', 'f: pods[0].exit.code: must be a whole number'],
    ['pods:\n- {}\n- stop: sometimes', 'f: pods[1].stop: must be never, or a mapping with after, jitter and code'],
    ['pods:\n- stop: { after: x }', 'f: pods[0].stop.after: must be a time such as 500ms, 2s or 1m30s, or a number of milliseconds'],
    ['pods:\n- exits: {}', 'f: pods[0].exits: unknown field'],
    ['nodes:\n- silent: { every: 10s }', 'f: nodes[0].silent.every: what lasts for ever does not come again: say for how long with for'],
    ['nodes:\n- notReady: { for: 10s, every: 5s }', 'f: nodes[0].notReady.every: must be longer than for'],
    ['nodes:\n- conditions: [{ status: "True" }]', 'f: nodes[0].conditions[0].type: must be a text'],
    ['pods: 3', 'f: pods: must be a list of rows'],
    ['a: [', /^f: .* at line 1/],
    ['pods: *nobody', /^f: .*nobody/],
    ['', 'f: must be one YAML document with the lists "pods" and "nodes", or kwok\'s Stages and nothing else'],
  ])('says what is wrong and where: %s', async (text, message) => {
    await expect(readStages(text, 'f')).rejects.toThrow(message);
  });

  it("may hold kwok's Stages", async () => {
    const table = await readStages(
      [
        stage(
          `  selector: { matchLabels: { app: slow }, matchExpressions: [{ key: .status.phase, operator: In, values: [Pending] }] }
  delay: { durationMilliseconds: 1000, jitterDurationMilliseconds: 3000 }
  next: { statusTemplate: "phase: Running" }`,
          'start',
        ),
        stage(
          `  selector:
    matchAnnotations: { note: x }
    matchExpressions:
    - { key: '.metadata.labels["a/b"]', operator: In, values: ['c'] }
    - { key: '.metadata.ownerReferences.[].kind', operator: In, values: [Job] }
    - { key: .metadata.deletionTimestamp, operator: DoesNotExist }
    - { key: .status.phase, operator: In, values: [Running] }
  delay: { durationMilliseconds: 500 }
  weight: 1
  next:
    statusTemplate: |
      containerStatuses:
      - state:
          terminated:
            exitCode: 4
      phase: Failed`,
          'fail',
        ),
        stage(
          `  selector: { matchExpressions: [{ key: .metadata.deletionTimestamp, operator: Exists }] }
  delay: { durationMilliseconds: 20 }
  next: { delete: true }`,
          'delete',
        ),
      ].join('\n---\n'),
      'f',
    );
    expect(table.pods).toMatchObject([
      {
        name: 'fail',
        match: { labels: { 'a/b': 'c' }, annotations: { note: 'x' }, owner: 'Job' },
        exit: { after: 500, jitter: 0, code: 4, reason: 'Error' },
      },
      { name: 'start', match: { labels: { app: 'slow' } }, start: { after: 1000, jitter: 2000 } },
      { name: 'delete', stop: { after: 20, jitter: 0, code: 0 } },
    ]);
  });

  test.each([
    [
      stage('  selector: {}\n  next: { statusTemplate: "phase: Pending" }'),
      'spec.next.statusTemplate: a template without a phase Running, Succeeded or Failed',
    ],
    [stage('  selector: {}\n  next: { delete: true }'), 'spec.next.delete: the deletion of a Pod that nobody deleted'],
    [
      stage('  delay: { durationFrom: { expressionFrom: .x } }\n  next: { statusTemplate: "phase: Running" }'),
      'spec.delay.durationFrom: an expression',
    ],
    [
      stage('  selector: { matchExpressions: [{ key: .status.podIP, operator: Exists }] }\n  next: { statusTemplate: "phase: Running" }'),
      'spec.selector.matchExpressions[0]: key ".status.podIP"',
    ],
    [stage('  next: {}').replace('kind: Pod', 'kind: Node'), 'spec.resourceRef.kind: Node (nodes have rows of their own under "nodes")'],
    [stage('  next: { delete: true }'), 'spec.selector: a Stage without one, which selects nothing,'],
  ])('a Stage that is no row is refused by name', async (text, what) => {
    await expect(readStages(text, 'f')).rejects.toThrow(`f: Stage "x": ${what} cannot be mapped to a row; see docs/nodes.md`);
  });
});
