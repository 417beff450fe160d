// A Pod whose resources are changed while it runs, on a node alone.
import type { Container, Pod } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeletFixture } from './kubelet.fixture.ts';

const MI = 2 ** 20;

let fixture: KubeletFixture;
let clock: SteppedClock;
beforeEach(async () => {
  clock = new SteppedClock();
  fixture = new KubeletFixture({ clock });
  await fixture.start();
});
afterEach(() => fixture.stop());

const container = (resources: Container['resources'], more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'nginx',
  resources,
  ...more,
});
const ofMain = (pod: Pod) => pod.status?.containerStatuses?.[0];
const conditions = (pod: Pod): string[] =>
  (pod.status?.conditions ?? []).filter(({ type }) => type.startsWith('PodResize')).map(({ type, reason = '' }) => `${type} ${reason}`);
const told = (): string[] => fixture.events().filter((event) => event.startsWith('Resize') || event.startsWith('Killing'));

/** As an update through `resize` leaves it. */
function resize(name: string, resources: Container['resources']): void {
  const pod = fixture.pod(name);
  const containers = pod?.spec?.containers.map((each) => ({ ...each, resources })) ?? [];
  fixture.api.put('pods', { ...pod, metadata: { ...pod?.metadata, generation: 2 }, spec: { ...pod?.spec, containers } } as Pod);
}

/** `web` is to have more than `other` leaves it. */
async function askForTooMuch(): Promise<void> {
  fixture.bind('web', { containers: [container({ requests: { cpu: '1' } })] });
  fixture.bind('other', { containers: [container({ requests: { cpu: '5' } })] });
  await fixture.runs('web');
  await fixture.runs('other');
  resize('web', { requests: { cpu: '4' } });
}

describe('R1: a Pod that is resized', () => {
  it('has its new resources at once, without a restart', async () => {
    fixture.bind('web', { containers: [container({ requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } })] });
    expect(ofMain(await fixture.runs('web'))).toMatchObject({ allocatedResources: { cpu: '100m', memory: '64Mi' } });
    const more = { requests: { cpu: '200m', memory: '64Mi' }, limits: { memory: '128Mi' } };
    resize('web', more);
    const pod = await fixture.podThat('web', (each) => ofMain(each)?.allocatedResources?.cpu === '200m');
    expect(ofMain(pod)).toMatchObject({ restartCount: 0, resources: more, allocatedResources: more.requests });
    expect(conditions(pod)).toEqual([]);
    const details =
      '{"containers":[{"name":"main","resources":{"limits":{"memory":"128Mi"},"requests":{"cpu":"200m","memory":"64Mi"}}}],"generation":2}';
    await fixture.until(() => told().length === 2);
    expect(told()).toEqual([`ResizeStarted: Pod resize started: ${details}`, `ResizeCompleted: Pod resize completed: ${details}`]);
    // Within the new limit, and above the old one.
    const { api } = fixture;
    api.put('pods', { ...pod, metadata: { ...pod.metadata, annotations: { 'kubernats.dev/memory': '100Mi' } } } as Pod);
    const stats = () => fixture.kubelet.node('node1')?.worker('default', 'web')?.running.get('main')?.stats();
    await fixture.until(() => stats()?.memoryBytes === 100 * MI);
  });

  it('is started again where its container has to be', async () => {
    const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
    fixture.bind('web', { containers: [container({ requests: { cpu: '100m', memory: '64Mi' } }, { resizePolicy })] });
    await fixture.runs('web');
    resize('web', { requests: { cpu: '200m', memory: '64Mi' } });
    expect(ofMain(await fixture.podThat('web', (each) => ofMain(each)?.resources?.requests?.cpu === '200m'))?.restartCount).toBe(0);
    resize('web', { requests: { cpu: '200m', memory: '128Mi' } });
    const again = await fixture.podThat('web', (each) => ofMain(each)?.restartCount === 1 && ofMain(each)?.state?.running !== undefined);
    expect(ofMain(again)?.resources?.requests?.memory).toBe('128Mi');
    expect(told()).toContain('Killing: Container main resize requires restart');
    await fixture.until(() => told().at(-1)?.startsWith('ResizeCompleted'));
  });

  it('keeps what it has where the node has no more, until it has, and for good where it never will', async () => {
    await askForTooMuch();
    const deferred = await fixture.podThat('web', (each) => conditions(each).length > 0);
    expect(conditions(deferred)).toEqual(['PodResizePending Deferred']);
    expect(ofMain(deferred)).toMatchObject({ allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' } } });
    const why = "Node didn't have enough resource: cpu, requested: 4000, used: 5000, capacity: 8000";
    expect(deferred.status?.conditions?.find(({ type }) => type === 'PodResizePending')?.message).toBe(why);
    resize('web', { requests: { cpu: '9' } });
    const never = await fixture.podThat('web', (each) => conditions(each)[0] === 'PodResizePending Infeasible');
    expect(never.status?.conditions?.find(({ type }) => type === 'PodResizePending')?.message).toBe(
      "Node didn't have enough capacity: cpu, requested: 9000, capacity: 8000",
    );
    resize('web', { requests: { cpu: '4' } });
    await fixture.podThat('web', (each) => conditions(each)[0] === 'PodResizePending Deferred');
    fixture.api.remove('pods', 'other', 'default');
    await fixture.until(() => fixture.kubelet.node('node1')?.worker('default', 'other') === undefined);
    await clock.advance(10_000);
    const given = await fixture.podThat('web', (each) => ofMain(each)?.allocatedResources?.cpu === '4');
    expect(conditions(given)).toEqual([]);
  });

  it('that was deferred, and one that nobody saw, is taken up by the next kubelet, beside all that the node holds', async () => {
    for (const name of ['web', 'api', 'other'])
      fixture.bind(name, { containers: [container({ requests: { cpu: name === 'other' ? '5' : '1' } })] });
    for (const name of ['web', 'api', 'other']) await fixture.runs(name);
    resize('web', { requests: { cpu: '4' } });
    await fixture.podThat('web', (each) => conditions(each)[0] === 'PodResizePending Deferred');
    for (let kill = 1; kill <= 2; kill++) {
      await fixture.stop();
      if (kill === 1) resize('api', { requests: { cpu: '1', memory: '64Mi' } });
      await fixture.start();
      for (const name of ['web', 'other'])
        await fixture.podThat(name, (each) => ofMain(each)?.restartCount === kill && ofMain(each)?.ready === true);
    }
    const held = fixture.pod('web') as Pod;
    expect([conditions(held), ofMain(held)?.allocatedResources]).toEqual([['PodResizePending Deferred'], { cpu: '1' }]);
    await fixture.podThat('api', (each) => ofMain(each)?.allocatedResources?.memory === '64Mi');
    expect(told().filter((event) => event.startsWith('ResizeDeferred'))).toHaveLength(1);
    fixture.api.remove('pods', 'other', 'default');
    await fixture.until(() => fixture.kubelet.node('node1')?.worker('default', 'other') === undefined);
    await clock.advance(10_000);
    await fixture.podThat('web', (each) => ofMain(each)?.allocatedResources?.cpu === '4' && conditions(each).length === 0);
  });

  it('that was deferred and is taken back while its kubelet is away is pending no longer', async () => {
    await askForTooMuch();
    await fixture.podThat('web', (each) => conditions(each)[0] === 'PodResizePending Deferred');
    await fixture.stop();
    resize('web', { requests: { cpu: '1' } });
    await fixture.start();
    await fixture.podThat(
      'web',
      (each) => ofMain(each)?.restartCount === 1 && ofMain(each)?.ready === true && conditions(each).length === 0,
    );
  });

  it('is not given less memory than it uses', async () => {
    const resources = { requests: { memory: '64Mi' }, limits: { memory: '256Mi' } };
    fixture.bind('web', { containers: [container(resources)] }, { annotations: { 'kubernats.dev/memory': '128Mi, 32Mi after 60s' } });
    await fixture.runs('web');
    resize('web', { ...resources, limits: { memory: '64Mi' } });
    const held = await fixture.podThat('web', (each) => conditions(each).length > 0);
    expect(conditions(held)).toEqual(['PodResizeInProgress Error']);
    expect(ofMain(held)?.resources?.limits).toEqual({ memory: '256Mi' });
    await clock.advance(60_000);
    await clock.advance(10_000);
    const given = await fixture.podThat('web', (each) => ofMain(each)?.resources?.limits?.memory === '64Mi');
    expect([conditions(given), ofMain(given)?.restartCount]).toEqual([[], 0]);
  });
});
