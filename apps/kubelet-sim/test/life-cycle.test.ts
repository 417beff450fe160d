// The life of a Pod, as a specification that runs. Each story is a table: what happens, and what `kubectl get pod -o yaml` says then -
// the phase, `ready` or why not, and each container (with its restarts). Programs: `actor` dies of SIGTERM, `polite` ends with 0 when it
// gets it, `stubborn` does not listen. Source: Kubernetes, "Pod Lifecycle", "Init Containers", "Sidecar Containers", "Images".
import type { Pod, PodSpec } from '@kubernats/api';
import { afterEach, describe, it } from 'vitest';
import { stageTable } from '../src/stages/stage-table.ts';
import { actor, LifeStory, sidecar } from './life-story.ts';

let story: LifeStory;
afterEach(() => story.fixture.stop());

/** One test: the Pod, and what becomes of it. */
function tells(title: string, spec: Partial<PodSpec>, table: string, metadata: Pod['metadata'] = {}): void {
  it(title, async () => {
    story = new LifeStory();
    await story.tell(spec, table, metadata);
  });
}

describe('restartPolicy', () => {
  tells(
    'Always: what ends is started again: at once, then 10 s later, then 20 s, … 5 min',
    { containers: [actor('main')] },
    `
      it comes to the node | Running | ready              | main: runs
      main exits 1         | Running | ready              | main: runs ×1
      main exits 0         | Running | ContainersNotReady | main: CrashLoopBackOff ×1
      9.9 s pass           | Running | ContainersNotReady | main: CrashLoopBackOff ×1
      0.1 s pass           | Running | ready              | main: runs ×2
      main exits 1         | Running | ContainersNotReady | main: CrashLoopBackOff ×2
      19.9 s pass          | Running | ContainersNotReady | main: CrashLoopBackOff ×2
      0.1 s pass           | Running | ready              | main: runs ×3
      main exits 1         | Running | ContainersNotReady | main: CrashLoopBackOff ×3
      40 s pass            | Running | ready              | main: runs ×4
      main exits 1         | Running | ContainersNotReady | main: CrashLoopBackOff ×4
      80 s pass            | Running | ready              | main: runs ×5
      main exits 1         | Running | ContainersNotReady | main: CrashLoopBackOff ×5
      160 s pass           | Running | ready              | main: runs ×6
      main exits 1         | Running | ContainersNotReady | main: CrashLoopBackOff ×6
      299 s pass           | Running | ContainersNotReady | main: CrashLoopBackOff ×6
      1 s passes           | Running | ready              | main: runs ×7
    `,
  );

  tells(
    'a run of ten minutes makes up for what was before',
    { containers: [actor('main')] },
    `
      it comes to the node | Running | ready              | main: runs
      main exits 1         | Running | ready              | main: runs ×1
      main exits 1         | Running | ContainersNotReady | main: CrashLoopBackOff ×1
      10 s pass            | Running | ready              | main: runs ×2
      10 min pass          | Running | ready              | main: runs ×2
      main exits 1         | Running | ready              | main: runs ×3
    `,
  );

  tells(
    'OnFailure: failures are started again, a success is the end',
    { restartPolicy: 'OnFailure' },
    `
      it comes to the node | Running   | ready        | main: runs
      main exits 1         | Running   | ready        | main: runs ×1
      main exits 0         | Succeeded | PodCompleted | main: Completed 0 ×1
    `,
  );

  tells(
    'Never: a failure is the end',
    { restartPolicy: 'Never' },
    `
      it comes to the node | Running | ready     | main: runs
      main exits 3         | Failed  | PodFailed | main: Error 3
    `,
  );

  tells(
    'Never: the Pod ends when its last container does',
    { restartPolicy: 'Never', containers: [actor('a'), actor('b')] },
    `
      it comes to the node | Running | ready              | a: runs, b: runs
      a exits 1            | Running | ContainersNotReady | a: Error 1, b: runs
      b exits 0            | Failed  | PodFailed          | a: Error 1, b: Completed 0
    `,
  );

  tells(
    'a container may have a policy of its own, and rules by exit code over it',
    {
      restartPolicy: 'Never',
      containers: [
        actor('main'),
        actor('worker', {
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        }),
      ],
    },
    `
      it comes to the node | Running | ready              | main: runs, worker: runs
      worker exits 42      | Running | ready              | main: runs, worker: runs ×1
      worker exits 1       | Running | ContainersNotReady | main: runs, worker: Error 1 ×1
      main exits 0         | Failed  | PodFailed          | main: Completed 0, worker: Error 1 ×1
    `,
  );
});

describe('init containers', () => {
  tells(
    'run one after the other, to their end; only then the main containers start',
    { initContainers: [actor('one'), actor('two')] },
    `
      it comes to the node | Pending | ContainersNotReady | one: runs, two: PodInitializing, main: PodInitializing
      one exits 0          | Pending | ContainersNotReady | one: Completed 0, two: runs, main: PodInitializing
      two exits 0          | Running | ready              | one: Completed 0, two: Completed 0, main: runs
    `,
  );

  tells(
    'one that fails is run again, with the back-off of all containers',
    { initContainers: [actor('one')] },
    `
      it comes to the node | Pending | ContainersNotReady | one: runs, main: PodInitializing
      one exits 1          | Pending | ContainersNotReady | one: runs ×1, main: PodInitializing
      one exits 1          | Pending | ContainersNotReady | one: CrashLoopBackOff ×1, main: PodInitializing
      10 s pass            | Pending | ContainersNotReady | one: runs ×2, main: PodInitializing
      one exits 0          | Running | ready              | one: Completed 0 ×2, main: runs
    `,
  );

  tells(
    'with Never, the failure of one is the failure of the Pod',
    { restartPolicy: 'Never', initContainers: [actor('one')] },
    `
      it comes to the node | Pending | ContainersNotReady | one: runs, main: PodInitializing
      one exits 1          | Failed  | PodFailed          | one: Error 1, main: PodInitializing
    `,
  );
});

describe('sidecars', () => {
  const init = [actor('one'), sidecar('side'), actor('two')];

  tells(
    'start at their turn among the init containers, and stay',
    { initContainers: init },
    `
      it comes to the node | Pending | ContainersNotReady | one: runs, side: PodInitializing, two: PodInitializing, main: PodInitializing
      one exits 0          | Pending | ContainersNotReady | one: Completed 0, side: runs, two: runs, main: PodInitializing
      two exits 0          | Running | ready              | one: Completed 0, side: runs, two: Completed 0, main: runs
    `,
  );

  tells(
    'are started again whatever the policy and the exit code, beside the main containers',
    { restartPolicy: 'Never', initContainers: [sidecar('side')] },
    `
      it comes to the node | Running | ready              | side: runs, main: runs
      side exits 0         | Running | ready              | side: runs ×1, main: runs
      side exits 1         | Running | ContainersNotReady | side: CrashLoopBackOff ×1, main: runs
      10 s pass            | Running | ready              | side: runs ×2, main: runs
    `,
  );

  tells(
    'do not keep a Pod from its end, and how they end does not count',
    { restartPolicy: 'Never', initContainers: [sidecar('side', 'actor')] },
    `
      it comes to the node | Running   | ready        | side: runs, main: runs
      main exits 0         | Succeeded | PodCompleted | side: Error 143, main: Completed 0
    `,
  );

  tells(
    'that do not listen are killed at the end of the grace period; until then the Pod has not ended',
    { restartPolicy: 'Never', initContainers: [sidecar('side', 'stubborn')] },
    `
      it comes to the node | Running   | ready              | side: runs, main: runs
      main exits 0         | Running   | ContainersNotReady | side: runs, main: Completed 0
      29 s pass            | Running   | ContainersNotReady | side: runs, main: Completed 0
      1 s passes           | Succeeded | PodCompleted       | side: Error 137, main: Completed 0
    `,
  );

  tells(
    'stop after the main containers, the last one first',
    { initContainers: [sidecar('s1'), sidecar('s2', 'stubborn')], containers: [actor('main', { image: 'stubborn' })] },
    `
      it comes to the node    | Running | ready              | s1: runs, s2: runs, main: runs
      it is deleted with 30 s | Running | ready              | s1: runs, s2: runs, main: runs
      main exits 0            | Running | ContainersNotReady | s1: runs, s2: runs, main: Completed 0
      s2 exits 0              | gone
    `,
  );
});

describe('a deadline', () => {
  tells(
    'ends a Pod that takes too long, from the time when the node first saw it',
    { activeDeadlineSeconds: 60, containers: [actor('main', { image: 'stubborn' })], terminationGracePeriodSeconds: 5 },
    `
      it comes to the node | Running                   | ready     | main: runs
      59 s pass            | Running                   | ready     | main: runs
      1 s passes           | Running                   | PodFailed | main: runs
      5 s pass             | Failed (DeadlineExceeded) | PodFailed | main: Error 137
    `,
  );

  tells(
    'counts for a Pod that could never start, too',
    { activeDeadlineSeconds: 60, containers: [actor('main', { image: 'shop/lost' })] },
    `
      it comes to the node | Pending                   | ContainersNotReady | main: ErrImagePull
      60 s pass            | Failed (DeadlineExceeded) | PodFailed          | main: ContainerStatusUnknown 137
    `,
    { annotations: { 'kubernats.dev/missing-images': 'shop/*' } },
  );
});

describe('deletion', () => {
  const stubborn = [actor('main', { image: 'stubborn' })];

  tells(
    'tells the containers, and the Pod is gone when they have stopped',
    {},
    `
      it comes to the node    | Running | ready | main: runs
      it is deleted with 30 s | gone
    `,
  );

  tells(
    'waits for as long as the grace period',
    { containers: stubborn },
    `
      it comes to the node    | Running | ready | main: runs
      it is deleted with 30 s | Running | ready | main: runs
      29.9 s pass             | Running | ready | main: runs
      0.1 s pass              | gone
    `,
  );

  tells(
    'may be made shorter by a second one',
    { containers: stubborn },
    `
      it comes to the node         | Running | ready | main: runs
      it is deleted with 30 s      | Running | ready | main: runs
      10 s pass                    | Running | ready | main: runs
      it is deleted again with 5 s | Running | ready | main: runs
      4.9 s pass                   | Running | ready | main: runs
      0.1 s pass                   | gone
    `,
  );

  const ways: [string, Partial<PodSpec>, string, Pod['metadata']?][] = [
    [
      'by force: the API has it no more, and the node gives it two seconds',
      { containers: stubborn },
      `
        it comes to the node   | Running | ready | main: runs
        it is deleted by force | gone
        2 s pass               | gone
      `,
    ],
    [
      'of a Pod in back-off',
      {},
      `
        it comes to the node    | Running | ready              | main: runs
        main exits 1            | Running | ready              | main: runs ×1
        main exits 1            | Running | ContainersNotReady | main: CrashLoopBackOff ×1
        it is deleted with 30 s | gone
      `,
    ],
    [
      'of a Pod without its image',
      { containers: [actor('main', { image: 'shop/lost' })] },
      `
        it comes to the node    | Pending | ContainersNotReady | main: ErrImagePull
        it is deleted with 30 s | gone
      `,
      { annotations: { 'kubernats.dev/missing-images': 'shop/*' } },
    ],
    [
      'of a Pod without its volume',
      { volumes: [{ name: 'data', hostPath: { path: '/srv/none' } }] },
      `
        it comes to the node    | Pending | ContainersNotReady | main: ContainerCreating
        it is deleted with 30 s | gone
      `,
    ],
    [
      'of a Pod that initializes',
      { initContainers: [actor('one')] },
      `
        it comes to the node    | Pending | ContainersNotReady | one: runs, main: PodInitializing
        it is deleted with 30 s | gone
      `,
    ],
    [
      'of a Pod that has ended',
      { restartPolicy: 'Never' },
      `
        it comes to the node   | Running   | ready        | main: runs
        main exits 0           | Succeeded | PodCompleted | main: Completed 0
        it is deleted by force | gone
      `,
    ],
  ];
  it.each(ways)('%s, leaves nothing behind', async (_title, spec, table, metadata) => {
    story = new LifeStory();
    await story.tell({ volumes: [{ name: 'data', emptyDir: {} }], ...spec }, table, metadata);
    await story.leavesNothing();
  });
});

describe('images', () => {
  const lost = { annotations: { 'kubernats.dev/missing-images': 'shop/lost' } };
  const withImage = (image: string, imagePullPolicy?: string): Partial<PodSpec> => ({
    containers: [actor('main', { image, imagePullPolicy })],
  });

  tells(
    'one that does not exist is asked for again and again, 10 s, 20 s, … 5 min later',
    withImage('shop/lost:1'),
    `
      it comes to the node | Pending | ContainersNotReady | main: ErrImagePull
      1 s passes           | Pending | ContainersNotReady | main: ImagePullBackOff
      8 s pass             | Pending | ContainersNotReady | main: ImagePullBackOff
      1 s passes           | Pending | ContainersNotReady | main: ErrImagePull
      19 s pass            | Pending | ContainersNotReady | main: ImagePullBackOff
      1 s passes           | Pending | ContainersNotReady | main: ErrImagePull
    `,
    lost,
  );

  tells(
    'another image in its place starts at once',
    withImage('shop/lost:1'),
    `
      it comes to the node        | Pending | ContainersNotReady | main: ErrImagePull
      1 s passes                  | Pending | ContainersNotReady | main: ImagePullBackOff
      main gets the image actor:2 | Running | ready              | main: runs
    `,
    lost,
  );

  tells(
    'another image for a container that runs replaces it, whatever the policy',
    { restartPolicy: 'Never' },
    `
      it comes to the node       | Running | ready | main: runs
      main gets the image polite | Running | ready | main: runs ×1
    `,
  );

  tells(
    'imagePullPolicy Never: what the node has not pulled is not there',
    withImage('shop/app:1', 'Never'),
    `
      it comes to the node | Pending | ContainersNotReady | main: ErrImageNeverPull
    `,
  );

  tells(
    'a name that is none',
    withImage('shop/App:1'),
    `
      it comes to the node | Pending | ContainersNotReady | main: InvalidImageName
    `,
  );

  tells(
    'a program that is not in its image: the container ends as it begins',
    { containers: [actor('main', { image: 'busybox', command: ['nonsense'] })] },
    `
      it comes to the node | Running | ContainersNotReady | main: RunContainerError
      1 s passes           | Running | ContainersNotReady | main: RunContainerError ×1
      1 s passes           | Running | ContainersNotReady | main: CrashLoopBackOff ×1
    `,
  );

  tells(
    'the same in a Pod that tries once',
    { restartPolicy: 'Never', containers: [actor('main', { image: 'busybox', command: ['nonsense'] })] },
    `
      it comes to the node | Failed | PodFailed | main: StartError 128
    `,
  );
});

describe('what a Pod waits for', () => {
  tells(
    'a ConfigMap of its environment',
    { containers: [actor('main', { envFrom: [{ configMapRef: { name: 'settings' } }] })] },
    `
      it comes to the node           | Pending | ContainersNotReady | main: CreateContainerConfigError
      the ConfigMap settings is made | Running | ready              | main: runs
    `,
  );

  tells(
    'a folder of its node',
    { volumes: [{ name: 'data', hostPath: { path: '/srv/data' } }] },
    `
      it comes to the node         | Pending | ContainersNotReady | main: ContainerCreating
      the folder /srv/data is made | Pending | ContainersNotReady | main: ContainerCreating
      2 s pass                     | Running | ready              | main: runs
    `,
  );

  tells(
    'a readiness gate: it runs, and is not ready before somebody says so',
    { readinessGates: [{ conditionType: 'example.com/gate' }] },
    `
      it comes to the node | Running | ReadinessGatesNotReady | main: runs
      the gate opens       | Running | ready                  | main: runs
      the gate closes      | Running | ReadinessGatesNotReady | main: runs
    `,
  );
});

describe('ephemeral containers', () => {
  tells(
    'start at once in a Pod that runs, and once only',
    {},
    `
      it comes to the node           | Running | ready | main: runs
      debug is added to look into it | Running | ready | main: runs, debug: runs
      debug exits 1                  | Running | ready | main: runs, debug: Error 1
      10 min pass                    | Running | ready | main: runs, debug: Error 1
    `,
  );

  tells(
    'do not keep a Pod from its end',
    { restartPolicy: 'Never' },
    `
      it comes to the node           | Running   | ready        | main: runs
      debug is added to look into it | Running   | ready        | main: runs, debug: runs
      main exits 0                   | Succeeded | PodCompleted | main: Completed 0, debug: Error 143
    `,
  );

  tells(
    'wait for no init container',
    { initContainers: [actor('one')] },
    `
      it comes to the node           | Pending | ContainersNotReady | one: runs, main: PodInitializing
      debug is added to look into it | Pending | ContainersNotReady | one: runs, main: PodInitializing, debug: runs
    `,
  );
});

// With fidelity `status` nothing runs, and the life is the same: one engine, two runtimes.
describe('fidelity status', () => {
  it('a Pod without sockets and files backs off like any other', async () => {
    story = new LifeStory({
      fidelity: 'status',
      stages: stageTable.parse({ pods: [{ match: { image: 'actor' }, exit: { after: '1s', code: 1 } }] }),
    });
    await story.tell(
      {},
      `
        it comes to the node | Running | ready              | main: runs
        1 s passes           | Running | ready              | main: runs ×1
        1 s passes           | Running | ContainersNotReady | main: CrashLoopBackOff ×1
        10 s pass            | Running | ready              | main: runs ×2
      `,
    );
  });
});
