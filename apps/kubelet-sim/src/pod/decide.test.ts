import type { Container, Pod } from '@kubernats/api';
import { describe, expect, it } from 'vitest';
import { type Action, decide } from './decide.ts';
import { container, deleting, ended, podOf, recordWith, running, seconds, sidecar, T0, told } from './pod.fixture.ts';
import { type ContainerRecord, newRecord, type PodRecord } from './record.ts';

/** An action in a few words. */
function words(action: Action): string {
  switch (action.do) {
    case 'start':
      return `start ${action.container.name}`;
    case 'signal':
      return `${action.name} ${action.container}`;
    case 'beginStop':
      return `stop within ${action.graceSeconds} s`;
    case 'fail':
      return `fail: ${action.reason}`;
    case 'renameRefusal':
      return `rename ${action.container.name}`;
    case 'kill':
      return `kill ${action.container}: ${action.message}`;
    default:
      return action.do;
  }
}

interface Row {
  given: string;
  pod: Pod;
  record: PodRecord;
  /** Seconds after the start. */
  at?: number;
  does: string[];
  /** Seconds after the start. */
  wakesAt?: number;
}

const two = podOf({ containers: [container('a'), container('b')] });
const withInit = podOf({ initContainers: [container('one'), container('two')] });
const withSidecar = podOf({ initContainers: [container('one'), sidecar('side'), container('two')] });
const never = podOf({ restartPolicy: 'Never' });
const onFailure = podOf({ restartPolicy: 'OnFailure' });
const dying = podOf({ containers: [container('a'), container('b')] }, deleting());
const dyingWithSidecars = podOf({ initContainers: [sidecar('s1'), sidecar('s2')] }, deleting());
const unpulled: ContainerRecord = {
  restartCount: 0,
  backoffMs: 0,
  refused: {
    reason: 'ErrImagePull',
    message: '',
    retryAtMs: T0 + seconds(10),
    image: 'nginx',
    later: { atMs: T0 + seconds(1), reason: 'ImagePullBackOff' },
  },
};
const ownPolicy = (restartPolicy: string, restartPolicyRules: Container['restartPolicyRules'] = []): Pod =>
  podOf({ containers: [container('main'), container('other', { restartPolicy, restartPolicyRules })] });
const limited = podOf({ activeDeadlineSeconds: 60 });

const rows: Row[] = [
  { given: 'a new Pod', pod: two, record: newRecord(two, T0), does: ['setUp'] },
  {
    given: 'a volume that cannot be mounted yet',
    pod: two,
    record: { ...newRecord(two, T0), setUpFailed: { retryAtMs: T0 + seconds(2), failures: 1 } },
    does: [],
    wakesAt: 2,
  },
  { given: 'a Pod that is set up', pod: two, record: recordWith(two, {}), does: ['start a', 'start b'] },
  { given: 'one container runs', pod: two, record: recordWith(two, { a: running }), does: ['start b'] },
  { given: 'all run', pod: two, record: recordWith(two, { a: running, b: running }), does: [] },

  { given: 'init containers: the first one first', pod: withInit, record: recordWith(withInit, {}), does: ['start one'] },
  { given: 'the first still runs', pod: withInit, record: recordWith(withInit, { one: running }), does: [] },
  { given: 'the first is done', pod: withInit, record: recordWith(withInit, { one: ended(0) }), does: ['start two'] },
  { given: 'both are done', pod: withInit, record: recordWith(withInit, { one: ended(0), two: ended(0) }), does: ['start main'] },
  {
    given: 'the first failed once: again, at once',
    pod: withInit,
    record: recordWith(withInit, { one: ended(1) }),
    at: 1,
    does: ['start one'],
  },
  {
    given: 'an init container failed and the policy is Never: the Pod has failed',
    pod: podOf({ restartPolicy: 'Never', initContainers: [container('one')] }),
    record: recordWith(withInit, { one: ended(1) }),
    does: ['tearDown'],
  },
  {
    given: 'a sidecar does not hold back what comes behind it',
    pod: withSidecar,
    record: recordWith(withSidecar, { one: ended(0), side: running }),
    does: ['start two'],
  },
  {
    given: 'a sidecar has ended while the others run: it is started again, whatever its exit code',
    pod: withSidecar,
    record: recordWith(withSidecar, { one: ended(0), side: ended(0), two: ended(0), main: running }),
    at: 1,
    does: ['start side'],
  },

  { given: 'Always: the first crash', pod: podOf(), record: recordWith(podOf(), { main: ended(1) }), at: 1, does: ['start main'] },
  { given: 'Always: exit code 0 counts too', pod: podOf(), record: recordWith(podOf(), { main: ended(0) }), at: 1, does: ['start main'] },
  {
    given: 'the second crash waits 10 s from its end',
    pod: podOf(),
    record: recordWith(podOf(), { main: ended(1, {}, { backoffMs: seconds(10), restartCount: 1 }) }),
    at: 5,
    does: [],
    wakesAt: 11,
  },
  {
    given: 'and then starts',
    pod: podOf(),
    record: recordWith(podOf(), { main: ended(1, {}, { backoffMs: seconds(10), restartCount: 1 }) }),
    at: 11,
    does: ['start main'],
  },
  {
    given: 'a run of ten minutes clears the back-off',
    pod: podOf(),
    record: recordWith(podOf(), { main: ended(1, { finishedAtMs: T0 + seconds(600) }, { backoffMs: seconds(300), restartCount: 9 }) }),
    at: 600,
    does: ['start main'],
  },
  {
    given: 'a container that could not be started is tried again later',
    pod: podOf(),
    record: recordWith(podOf(), {
      main: { restartCount: 0, backoffMs: 0, refused: { reason: 'CreateContainerConfigError', message: '', retryAtMs: T0 + seconds(10) } },
    }),
    does: [],
    wakesAt: 10,
  },
  {
    given: 'an image that cannot be pulled: after a moment that has another name',
    pod: podOf(),
    record: recordWith(podOf(), { main: unpulled }),
    at: 1,
    does: ['rename main'],
  },
  { given: 'until then it is waited for', pod: podOf(), record: recordWith(podOf(), { main: unpulled }), does: [], wakesAt: 1 },
  {
    given: 'another image in its place is tried at once',
    pod: podOf({ containers: [container('main', { image: 'better' })] }),
    record: recordWith(podOf(), { main: unpulled }),
    does: ['start main'],
  },
  {
    given: 'a pull that takes its time',
    pod: podOf(),
    record: recordWith(podOf(), {
      main: { restartCount: 0, backoffMs: 0, pull: { image: 'nginx', failures: 0, readyAtMs: T0 + seconds(3) } },
    }),
    does: [],
    wakesAt: 3,
  },
  {
    given: 'another image for a container that runs: it is replaced, whatever its policy',
    pod: podOf({ containers: [container('main', { image: 'better' })], restartPolicy: 'Never' }),
    record: recordWith(podOf(), { main: { ...running, running: { id: 'c1', startedAtMs: T0, image: 'nginx' }, run: { verdicts: {} } } }),
    does: ['kill main: Container main definition changed, will be restarted'],
  },
  {
    given: 'it has its grace period',
    pod: podOf(),
    record: recordWith(podOf(), { main: { ...running, run: told(T0, T0 + seconds(30)) } }),
    at: 1,
    does: [],
    wakesAt: 30,
  },
  {
    given: 'and no more',
    pod: podOf(),
    record: recordWith(podOf(), { main: { ...running, run: told(T0, T0 + seconds(30)) } }),
    at: 30,
    does: ['SIGKILL main'],
  },
  {
    given: 'it has ended, and starts again without a wait',
    pod: never,
    record: recordWith(never, { main: ended(0, { startAgain: 'at once' }, { backoffMs: seconds(300) }) }),
    at: 1,
    does: ['start main'],
  },
  {
    given: 'an ephemeral container starts beside the others, whoever waits for whom',
    pod: { ...withInit, spec: { containers: [], ...withInit.spec, ephemeralContainers: [container('debug')] } },
    record: recordWith(withInit, { one: running }),
    does: ['start debug'],
  },
  {
    given: 'an ephemeral container has ended: once is all',
    pod: podOf({ ephemeralContainers: [container('debug')] }),
    record: recordWith(podOf(), { main: running, debug: ended(1) }),
    at: 1,
    does: [],
  },
  {
    given: 'a policy of its own: Never in a Pod with Always',
    pod: ownPolicy('Never'),
    record: recordWith(ownPolicy('Never'), { main: running, other: ended(1) }),
    at: 1,
    does: [],
  },
  {
    given: 'and a rule over it: this exit code is worth another try',
    pod: ownPolicy('Never', [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }]),
    record: recordWith(ownPolicy('Never'), { main: running, other: ended(42) }),
    at: 1,
    does: ['start other'],
  },
  {
    given: 'a rule by what the code is not',
    pod: ownPolicy('Never', [{ action: 'Restart', exitCodes: { operator: 'NotIn', values: [0, 1] } }]),
    record: recordWith(ownPolicy('Never'), { main: running, other: ended(1) }),
    at: 1,
    does: [],
  },
  {
    given: 'OnFailure: a failure is started again',
    pod: onFailure,
    record: recordWith(onFailure, { main: ended(1) }),
    at: 1,
    does: ['start main'],
  },
  { given: 'OnFailure: a success is not', pod: onFailure, record: recordWith(onFailure, { main: ended(0) }), at: 1, does: ['tearDown'] },
  { given: 'Never: the end is the end', pod: never, record: recordWith(never, { main: ended(1) }), at: 1, does: ['tearDown'] },
  {
    given: 'a Pod that has ended and is torn down needs nothing',
    pod: never,
    record: recordWith(never, { main: ended(0) }, { ip: undefined, tornDown: true }),
    does: [],
  },
  {
    given: 'the mains are done: the sidecar is told to stop',
    pod: podOf({ restartPolicy: 'Never', initContainers: [sidecar('side')] }),
    record: recordWith(never, { main: ended(0), side: running }, { stopByMs: T0 + seconds(30) }),
    does: ['SIGTERM side'],
    wakesAt: 30,
  },
  { given: 'a deadline of its own ahead', pod: limited, record: recordWith(limited, { main: running }), does: [], wakesAt: 60 },
  {
    given: 'the deadline has passed',
    pod: limited,
    record: recordWith(limited, { main: running }),
    at: 60,
    does: ['fail: DeadlineExceeded'],
  },

  { given: 'deletion begins', pod: dying, record: recordWith(dying, { a: running, b: running }), does: ['stop within 30 s'] },
  {
    given: 'the stop has begun: everyone is told',
    pod: dying,
    record: recordWith(dying, { a: running, b: running }, { stopByMs: T0 + seconds(30) }),
    does: ['SIGTERM a', 'SIGTERM b'],
    wakesAt: 30,
  },
  {
    given: 'told once, not twice',
    pod: dying,
    record: recordWith(dying, { a: { ...running, run: told(T0) }, b: ended(0) }, { stopByMs: T0 + seconds(30) }),
    at: 10,
    does: [],
    wakesAt: 30,
  },
  {
    given: 'the grace period is over',
    pod: dying,
    record: recordWith(dying, { a: { ...running, run: told(T0) }, b: ended(0) }, { stopByMs: T0 + seconds(30) }),
    at: 30,
    does: ['SIGKILL a'],
  },
  {
    given: 'a second deletion with less grace',
    pod: podOf({}, deleting(1)),
    record: recordWith(podOf(), { main: { ...running, run: told(T0) } }, { stopByMs: T0 + seconds(30) }),
    at: 5,
    does: ['stop within 2 s'],
  },
  {
    given: 'a grace period of nothing: two seconds all the same',
    pod: podOf({}, deleting(0)),
    record: recordWith(podOf(), { main: running }),
    does: ['stop within 2 s'],
  },
  {
    given: 'the grace period is over before the sidecars had their turn: they have two seconds',
    pod: dyingWithSidecars,
    record: recordWith(
      dyingWithSidecars,
      { s1: running, s2: running, main: { ...running, run: told(T0) } },
      { stopByMs: T0 + seconds(30) },
    ),
    at: 30,
    does: ['SIGTERM s1', 'SIGTERM s2', 'SIGKILL main'],
  },
  {
    given: 'and are killed then',
    pod: dyingWithSidecars,
    record: recordWith(
      dyingWithSidecars,
      { s1: { ...running, run: told(T0 + seconds(30)) }, main: ended(137) },
      { stopByMs: T0 + seconds(30) },
    ),
    at: 31,
    does: [],
    wakesAt: 32,
  },
  {
    given: 'sidecars wait for the mains',
    pod: dyingWithSidecars,
    record: recordWith(
      dyingWithSidecars,
      { s1: running, s2: running, main: { ...running, run: told(T0) } },
      { stopByMs: T0 + seconds(30) },
    ),
    does: [],
    wakesAt: 30,
  },
  {
    given: 'then they stop in the reverse order of their start',
    pod: dyingWithSidecars,
    record: recordWith(dyingWithSidecars, { s1: running, s2: running, main: ended(0) }, { stopByMs: T0 + seconds(30) }),
    does: ['SIGTERM s2'],
    wakesAt: 30,
  },
  { given: 'nothing runs any more', pod: dying, record: recordWith(dying, { a: ended(0), b: ended(137) }), does: ['tearDown'] },
  {
    given: 'all is taken down: the API is told',
    pod: dying,
    record: recordWith(dying, { a: ended(0), b: ended(137) }, { ip: undefined, tornDown: true }),
    does: ['confirmDeletion'],
  },
  {
    given: 'told already',
    pod: dying,
    record: recordWith(dying, { a: ended(0), b: ended(0) }, { ip: undefined, tornDown: true, deleted: true }),
    does: [],
  },
  { given: 'deleted before it was ever started', pod: dying, record: newRecord(dying, T0), does: ['tearDown'] },

  {
    given: 'the API no longer knows the Pod: next to no grace',
    pod: two,
    record: recordWith(two, { a: running }, { gone: true }),
    does: ['stop within 2 s'],
  },
  {
    given: 'and then no mercy',
    pod: two,
    record: recordWith(two, { a: { ...running, run: told(T0) } }, { gone: true, stopByMs: T0 + seconds(2) }),
    at: 2,
    does: ['SIGKILL a'],
  },
  { given: 'gone, and nothing runs', pod: two, record: recordWith(two, {}, { gone: true }), does: ['tearDown'] },
  { given: 'gone and taken down', pod: two, record: recordWith(two, {}, { gone: true, ip: undefined, tornDown: true }), does: [] },
];

describe('what a node does next for a Pod', () => {
  it.each(rows)('$given → $does', ({ pod, record, at = 0, does, wakesAt }) => {
    const { actions, wakeAtMs } = decide(pod, record, T0 + seconds(at));
    expect(actions.map(words)).toEqual(does);
    expect(wakeAtMs).toBe(wakesAt === undefined ? undefined : T0 + seconds(wakesAt));
  });
});
