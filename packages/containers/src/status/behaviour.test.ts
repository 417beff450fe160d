import { seededRandom } from '@kubernats/clock';
import { describe, expect, it, test } from 'vitest';
import { type Behaviour, behaviourOf, type Subject } from './behaviour.ts';
import { globMatches } from './match.ts';
import { type BehaviourRowInput, rowSchema } from './row.ts';

const subject = (part: Partial<Subject['pod']> & Partial<Omit<Subject, 'pod'>> = {}): Subject => {
  const { container = 'main', image = 'nginx:1.27', starts = 0, ...pod } = part;
  return { container, image, starts, pod: { name: 'web', namespace: 'shop', uid: 'u', labels: {}, annotations: {}, ...pod } };
};
const behave = (rows: BehaviourRowInput[], of = subject(), seed = 1): Behaviour =>
  behaviourOf(
    rows.map((row) => rowSchema.parse(row)),
    of,
    seededRandom(seed),
  );

const PLAIN = { startMs: 0, readyMs: 0, stopMs: 0, stopCode: 0 };

test.each<[string, BehaviourRowInput[], Subject, Partial<Behaviour>]>([
  ['no row: starts at once and runs', [], subject(), PLAIN],
  ['an exit', [{ exit: { after: '1s' } }], subject(), { exit: { afterMs: 1000, exitCode: 0, reason: 'Completed' } }],
  ['an exit with a code', [{ exit: { code: 3 } }], subject(), { exit: { afterMs: 0, exitCode: 3, reason: 'Error' } }],
  ['OOMKilled', [{ exit: { reason: 'OOMKilled' } }], subject(), { exit: { afterMs: 0, exitCode: 137, reason: 'OOMKilled' } }],
  [
    'Error, with a message',
    [{ exit: { reason: 'Error', message: 'no disk' } }],
    subject(),
    { exit: { afterMs: 0, exitCode: 1, reason: 'Error', message: 'no disk' } },
  ],
  ['a slow start', [{ start: { after: '2s' } }], subject(), { startMs: 2000 }],
  ['never ready', [{ ready: 'never' }], subject(), { readyMs: 'never' }],
  ['flaps', [{ ready: { flaps: { every: '1m', for: '5s' } } }], subject(), { readyMs: 0, flaps: { everyMs: 60_000, forMs: 5000 } }],
  ['stubborn', [{ stop: 'never' }], subject(), { stopMs: 'never' }],
  ['slow to stop', [{ stop: { after: 500, code: 143 } }], subject(), { stopMs: 500, stopCode: 143 }],
  [
    'refused',
    [{ refuse: { reason: 'ErrImagePull', message: 'no such image' } }],
    subject(),
    { refusal: { reason: 'ErrImagePull', message: 'no such image' } },
  ],
  ['refused twice only', [{ refuse: { reason: 'ErrImagePull', times: 2 } }], subject({ starts: 2 }), PLAIN],
  ['crashes three times, then runs', [{ exit: { code: 1, times: 3 } }], subject({ starts: 3 }), PLAIN],
  [
    'each part from the first row that has it',
    [{ start: { after: 1 } }, { start: { after: 2 }, exit: { code: 2 } }],
    subject(),
    { startMs: 1, exit: { afterMs: 0, exitCode: 2, reason: 'Error' } },
  ],
  [
    'annotations come first',
    [{ exit: { after: '1h' } }],
    subject({ annotations: { 'status.kubernats.dev/exit-after-ms': '5', 'status.kubernats.dev/exit-code': '9' } }),
    { exit: { afterMs: 5, exitCode: 9, reason: 'Error' } },
  ],
  ['a wrong annotation is none', [], subject({ annotations: { 'status.kubernats.dev/exit-after-ms': 'soon' } }), PLAIN],
])('%s', (_case, rows, of, expected) => {
  expect(behave(rows, of)).toEqual({ ...PLAIN, ...expected });
});

describe('a row matches by', () => {
  const all = {
    name: 'web-1',
    namespace: 'shop',
    labels: { app: 'web' },
    annotations: { note: 'x' },
    ownerKind: 'Job',
    container: 'main',
    image: 'ghcr.io/x/nginx:2',
  };
  test.each<[keyof NonNullable<BehaviourRowInput['match']>, unknown, unknown]>([
    ['image', 'x/ng*', 'x/httpd'],
    ['namespace', 'shop', 'other'],
    ['pod', 'web-*', 'db-*'],
    ['container', 'main', 'side'],
    ['labels', { app: 'web' }, { app: 'db' }],
    ['annotations', { note: 'x' }, { note: 'y' }],
    ['owner', 'Job', 'ReplicaSet'],
  ])('%s', (field, yes, no) => {
    const row = (value: unknown) => [rowSchema.parse({ match: { [field]: value }, start: { after: 7 } })];
    expect(behaviourOf(row(yes), subject(all), seededRandom(1)).startMs).toBe(7);
    expect(behaviourOf(row(no), subject(all), seededRandom(1)).startMs).toBe(0);
  });
});

it('draws jitter and chances from the seed', () => {
  const rows: BehaviourRowInput[] = [{ start: { after: '1s', jitter: '1s' }, exit: { code: 1, probability: 0.3 } }];
  const of = (seed: number) => behave(rows, subject(), seed);
  expect(of(7)).toEqual(of(7));
  const many = Array.from({ length: 1000 }, (_, seed) => of(seed));
  expect(many.every(({ startMs }) => startMs >= 1000 && startMs < 2000)).toBe(true);
  const share = many.filter(({ exit }) => exit).length / many.length;
  expect(share).toBeGreaterThan(0.25);
  expect(share).toBeLessThan(0.35);
});

test.each([
  ['nginx', 'nginx', true],
  ['*', '', true],
  ['a*c', 'abc', true],
  ['a*c', 'ac', true],
  ['a*b*c', 'a-b-c', true],
  ['ab*ba', 'aba', false],
  ['*nginx', 'my-nginx', true],
  ['n.inx', 'nginx', false],
  ['a*', 'b', false],
])('%s against %s: %s', (pattern, text, fits) => expect(globMatches(pattern, text)).toBe(fits));

test.each([
  [{ exit: { after: 'soon' } }, ['exit', 'after'], 'must be a time such as 500ms, 2s or 1m30s, or a number of milliseconds'],
  [{ exit: { code: 256 } }, ['exit', 'code'], 'must be at most 255'],
  [{ exit: { reason: 'Tired' } }, ['exit', 'reason'], 'must be one of Completed, Error, OOMKilled'],
  [{ exit: { probability: 2 } }, ['exit', 'probability'], 'must be at most 1'],
  [{ refuse: { reason: 'No' } }, ['refuse', 'reason'], /^must be one of ErrImagePull, /],
])('%o is refused', (row, path, message) => {
  const issue = rowSchema.safeParse(row).error?.issues[0];
  expect(issue?.path).toEqual(path);
  expect(issue?.message).toMatch(message);
});
