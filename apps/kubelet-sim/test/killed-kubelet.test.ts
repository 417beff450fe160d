// A kubelet is killed in each phase of a Pod's life, and started again. The tables are those of life-cycle.test.ts.
import type { Pod, PodSpec } from '@kubernats/api';
import { afterEach, describe, it } from 'vitest';
import type { KubeletSimConfig } from '../src/index.ts';
import { actor, LifeStory, sidecar } from './life-story.ts';

let story: LifeStory;
afterEach(() => story.fixture.stop());

interface Phase {
  when: string;
  spec?: Partial<PodSpec>;
  metadata?: Pod['metadata'];
  config?: Partial<KubeletSimConfig>;
  /** Up to the moment of the kill, and from the next start on. */
  before: string;
  after: string;
}

// What ran did not live through it: it has ended with 255 (Unknown) and is started again by policy, with one restart more. What was done
// stays done, what waited goes on waiting, and what was on its way out goes.
describe('a kubelet that is killed (-9) and started again', () => {
  const missing = { annotations: { 'kubernats.dev/missing-images': 'shop/*' } };
  const stubborn = { containers: [actor('main', { image: 'stubborn' })] };
  const phases: Phase[] = [
    {
      when: 'an image is being pulled',
      config: { imagePolicy: [{ image: 'actor', is: 'exists', pullMs: 5000, sizeBytes: 0 }] },
      before: `
        it comes to the node | Pending | ContainersNotReady | main: ContainerCreating
      `,
      after: `
        its kubelet starts again | Pending | ContainersNotReady | main: ContainerCreating
        5 s pass                 | Running | ready              | main: runs
      `,
    },
    {
      when: 'the image cannot be had',
      spec: { containers: [actor('main', { image: 'shop/lost' })] },
      metadata: missing,
      before: `
        1 s passes | Pending | ContainersNotReady | main: ImagePullBackOff
      `,
      after: `
        its kubelet starts again | Pending | ContainersNotReady | main: ErrImagePull
      `,
    },
    {
      when: 'a volume cannot be mounted',
      spec: { volumes: [{ name: 'data', hostPath: { path: '/srv/data' } }] },
      before: `
        the folder /srv/other is made | Pending | ContainersNotReady | main: ContainerCreating
      `,
      after: `
        its kubelet starts again     | Pending | ContainersNotReady | main: ContainerCreating
        the folder /srv/data is made | Pending | ContainersNotReady | main: ContainerCreating
        2 s pass                     | Running | ready              | main: runs
      `,
    },
    {
      when: 'the second of two init containers runs',
      spec: { initContainers: [actor('one'), actor('two')] },
      before: `
        one exits 0 | Pending | ContainersNotReady | one: Completed 0, two: runs, main: PodInitializing
      `,
      after: `
        its kubelet starts again | Pending | ContainersNotReady | one: Completed 0, two: runs ×1, main: PodInitializing
        two exits 0              | Running | ready              | one: Completed 0, two: Completed 0 ×1, main: runs
      `,
    },
    {
      when: 'all run',
      spec: { initContainers: [sidecar('side')], containers: [actor('a'), actor('b')] },
      before: `
        1 s passes | Running | ready | side: runs, a: runs, b: runs
      `,
      after: `
        its kubelet starts again | Running | ready | side: runs ×1, a: runs ×1, b: runs ×1
      `,
    },
    {
      when: 'a container runs that is not started again',
      spec: { restartPolicy: 'Never' },
      before: `
        1 s passes | Running | ready | main: runs
      `,
      after: `
        its kubelet starts again | Failed | PodFailed | main: Unknown 255
      `,
    },
    {
      when: 'an ephemeral container runs',
      before: `
        debug is added to look into it | Running | ready | main: runs, debug: runs
      `,
      after: `
        its kubelet starts again | Running | ready | main: runs ×1, debug: Unknown 255
      `,
    },
    {
      when: 'a container is in back-off: it goes on waiting as long as it would have',
      before: `
        main exits 1 | Running | ready              | main: runs ×1
        main exits 1 | Running | ContainersNotReady | main: CrashLoopBackOff ×1
        4 s pass     | Running | ContainersNotReady | main: CrashLoopBackOff ×1
      `,
      after: `
        its kubelet starts again | Running | ContainersNotReady | main: CrashLoopBackOff ×1
        5.9 s pass               | Running | ContainersNotReady | main: CrashLoopBackOff ×1
        0.1 s pass               | Running | ready              | main: runs ×2
        main exits 1             | Running | ContainersNotReady | main: CrashLoopBackOff ×2
        20 s pass                | Running | ready              | main: runs ×3
      `,
    },
    {
      when: 'a Pod has succeeded',
      spec: { restartPolicy: 'OnFailure' },
      before: `
        main exits 0 | Succeeded | PodCompleted | main: Completed 0
      `,
      after: `
        its kubelet starts again | Succeeded | PodCompleted | main: Completed 0
      `,
    },
    {
      when: 'a Pod has failed by its deadline',
      spec: { activeDeadlineSeconds: 60 },
      before: `
        60 s pass | Failed (DeadlineExceeded) | PodFailed | main: Error 143
      `,
      after: `
        its kubelet starts again | Failed (DeadlineExceeded) | PodFailed | main: Error 143
      `,
    },
    {
      when: 'a deadline runs: it counts from the first start',
      spec: { activeDeadlineSeconds: 60 },
      before: `
        40 s pass | Running | ready | main: runs
      `,
      after: `
        its kubelet starts again | Running                   | ready     | main: runs ×1
        20 s pass                | Failed (DeadlineExceeded) | PodFailed | main: Error 143 ×1
      `,
    },
    {
      when: 'only a sidecar is left, and does not want to stop',
      spec: { restartPolicy: 'Never', initContainers: [sidecar('side', 'stubborn')] },
      before: `
        main exits 0 | Running | ContainersNotReady | side: runs, main: Completed 0
      `,
      after: `
        its kubelet starts again | Succeeded | PodCompleted | side: Unknown 255, main: Completed 0
      `,
    },
    {
      when: 'a container is being replaced',
      spec: stubborn,
      before: `
        main gets the image polite | Running | ready | main: runs
      `,
      after: `
        its kubelet starts again | Running | ready | main: runs ×1
      `,
    },
    {
      when: 'a Pod runs that is deleted before it starts again',
      spec: stubborn,
      before: `
        1 s passes | Running | ready | main: runs
      `,
      after: `
        it is deleted with 30 s  | Running | ready | main: runs
        its kubelet starts again | gone
      `,
    },
    {
      when: 'a Pod is being deleted',
      spec: stubborn,
      before: `
        it is deleted with 30 s | Running | ready | main: runs
      `,
      after: `
        its kubelet starts again | gone
      `,
    },
  ];

  it.each(phases)('when $when', async ({ spec = {}, before, after, metadata, config }) => {
    story = new LifeStory(config);
    const table = `${before}\n its kubelet is killed | as before\n ${after}`;
    await story.tell({ volumes: [{ name: 'data', emptyDir: {} }], ...spec }, table, metadata);
    if (story.now() !== 'gone') story.fixture.api.deletePod('web', 0);
    await story.leavesNothing();
  });

  it('and a Pod that went in between leaves nothing behind', async () => {
    story = new LifeStory();
    await story.tell(
      { volumes: [{ name: 'data', emptyDir: {} }] },
      `
        it comes to the node     | Running | ready | main: runs
        its kubelet is killed    | Running | ready | main: runs
        it is deleted by force   | gone
        its kubelet starts again | gone
      `,
    );
    await story.leavesNothing();
  });
});
