import type { ConfigMap, Pod } from '@kubernats/api';
import { nodeSubject } from '@kubernats/bus';
import { SteppedClock } from '@kubernats/clock';
import { defineImage, type ImageContext } from '@kubernats/containers';
import { afterEach, describe, expect, it } from 'vitest';
import { KubeletFixture } from './kubelet.fixture.ts';

/** What the containers got that run now, by Pod. */
const seen = new Map<string, ImageContext>();
const probe = defineImage({
  names: ['probe'],
  run: (context) => {
    seen.set(context.pod.name, context);
    return new Promise((resolve) => context.onSignal('SIGTERM', () => resolve(0)));
  },
});

let fixture: KubeletFixture;
afterEach(async () => {
  await fixture.stop();
  seen.clear();
});

async function start(clock?: SteppedClock): Promise<void> {
  fixture = new KubeletFixture({ images: [probe], ...(clock ? { clock } : {}) });
  await fixture.start();
}

const containers = (part: object = {}) => [{ name: 'main', image: 'probe', ...part }];
const text = (data: Uint8Array | undefined): string => new TextDecoder().decode(data);
const bytes = (data: string): Uint8Array => new TextEncoder().encode(data);
const read = async (path: string, pod = 'web'): Promise<string> => text(await seen.get(pod)?.files.read(path));
const configMap = (name: string, data: Record<string, string>): ConfigMap => ({ metadata: { name, namespace: 'default' }, data });
const uid = (): string => fixture.pod('web')?.metadata?.uid ?? '';
const control = (action: string): Promise<Uint8Array> =>
  fixture.otherBus.request(nodeSubject('default', 'node1', 'control'), bytes(JSON.stringify({ action })));
const restarts = (count: number) => (pod: Pod) => pod.status?.containerStatuses?.[0]?.restartCount === count;

describe('a container', () => {
  it('sees a volume change while it runs, by the watch alone', async () => {
    await start();
    fixture.api.put('configmaps', configMap('site', { title: 'one' }));
    fixture.bind('web', {
      volumes: [{ name: 'site', configMap: { name: 'site' } }],
      containers: containers({ volumeMounts: [{ name: 'site', mountPath: '/site' }] }),
    });
    await fixture.runs('web');
    expect(await read('/site/title')).toBe('one');
    fixture.api.put('configmaps', configMap('site', { title: 'two' }));
    while ((await read('/site/title')) !== 'two') await fixture.until(() => true);
    expect(fixture.api.requests.filter((request) => request.includes('configmaps'))).toEqual([]);
  });

  it('sees its Pod get another label', async () => {
    await start();
    fixture.bind('web', {
      volumes: [{ name: 'pod', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } }],
      containers: containers({ volumeMounts: [{ name: 'pod', mountPath: '/pod' }] }),
    });
    const pod = await fixture.runs('web');
    expect(await read('/pod/labels')).toBe('');
    fixture.api.put('pods', { ...pod, metadata: { ...pod.metadata, labels: { tier: 'front' } } });
    while ((await read('/pod/labels')) !== 'tier="front"') await fixture.until(() => true);
  });

  it('is told of its name, and uses only what the manifest defines', async () => {
    await start();
    fixture.bind('web', { containers: containers({ command: ['$(HOSTNAME)', '$(A)'], env: [{ name: 'A', value: 'a' }] }) });
    await fixture.runs('web');
    expect(seen.get('web')?.env).toMatchObject({ HOSTNAME: 'web', A: 'a' });
    expect(seen.get('web')?.command).toEqual(['$(HOSTNAME)', 'a']);
  });

  it('cannot write to what is mounted to be read, and shares what is not with its neighbours', async () => {
    await start();
    const mount = (mountPath: string, readOnly: boolean) => ({ volumeMounts: [{ name: 'data', mountPath, readOnly }] });
    fixture.bind('web', {
      volumes: [{ name: 'data', emptyDir: {} }],
      initContainers: [{ name: 'init', image: 'busybox', command: ['sh', '-c', 'echo hi > /out/x'], ...mount('/out', false) }],
      containers: containers(mount('/in', true)),
    });
    const pod = await fixture.runs('web');
    expect(await read('/in/x')).toBe('hi\n');
    await expect(seen.get('web')?.files.write('/in/y', bytes('y'))).rejects.toThrow('EROFS');
    expect(pod.status?.containerStatuses?.[0]?.volumeMounts).toEqual([
      { name: 'data', mountPath: '/in', readOnly: true, recursiveReadOnly: 'Disabled' },
    ]);
  });

  it('that names a read-only volume to mount another one into is refused', async () => {
    await start();
    fixture.api.put('configmaps', configMap('site', { title: 'one' }));
    fixture.bind('web', {
      volumes: [
        { name: 'site', configMap: { name: 'site' } },
        { name: 'data', emptyDir: {} },
      ],
      containers: containers({
        volumeMounts: [
          { name: 'site', mountPath: '/site' },
          { name: 'data', mountPath: '/site/data' },
        ],
      }),
    });
    await fixture.until(() => fixture.events().some((event) => event.includes('make mountpoint "/site/data": read-only file system')));
  });
});

describe('what is not there yet', () => {
  it('keeps the Pod waiting, and it starts by itself when it comes, without a timer', async () => {
    await start(new SteppedClock());
    fixture.bind('web', {
      volumes: [
        { name: 'site', configMap: { name: 'site' } },
        { name: 'keys', secret: { secretName: 'keys' } },
      ],
      containers: containers({ envFrom: [{ configMapRef: { name: 'late' } }] }),
    });
    await fixture.until(() => fixture.events().length >= 2);
    expect(fixture.events().sort()).toEqual([
      'FailedMount: MountVolume.SetUp failed for volume "keys" : secret "keys" not found',
      'FailedMount: MountVolume.SetUp failed for volume "site" : configmap "site" not found',
    ]);
    fixture.api.put('configmaps', configMap('site', {}));
    fixture.api.put('secrets', { metadata: { name: 'keys', namespace: 'default' } });
    const waits = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError';
    const waiting = await fixture.podThat('web', waits);
    expect(waiting.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe('configmap "late" not found');
    fixture.api.put('configmaps', configMap('late', {}));
    await fixture.runs('web');
  });

  it('does not keep the Pod from being deleted', async () => {
    await start();
    fixture.bind('web', { volumes: [{ name: 'site', configMap: { name: 'site' } }] });
    await fixture.until(() => fixture.events().length > 0);
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
  });
});

describe('a subPath', () => {
  it('that a container has turned into a link out of the volume is refused, with an event', async () => {
    await start();
    const mount = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    fixture.bind('web', {
      volumes: [{ name: 'data', emptyDir: {} }],
      initContainers: [{ name: 'bad', image: 'busybox', command: ['sh', '-c', 'ln -s / /data/out'], ...mount }],
      containers: containers({ volumeMounts: [{ name: 'data', mountPath: '/host', subPath: 'out' }] }),
    });
    await fixture.until(() =>
      fixture.events().includes('Failed: Error: failed to prepare subPath for volumeMount "data" of container "main"'),
    );
    const waits = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError';
    await fixture.podThat('web', waits);
    expect(seen.size).toBe(0);
  });
});

describe('R1: the token of a Pod', () => {
  it('is there when the Pod starts and is replaced in time', async () => {
    const clock = new SteppedClock();
    await start(clock);
    const sources = [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }];
    fixture.bind('web', {
      serviceAccountName: 'robot',
      volumes: [{ name: 'token', projected: { sources } }],
      containers: containers({ volumeMounts: [{ name: 'token', mountPath: '/token', readOnly: true }] }),
    });
    await fixture.runs('web');
    expect(await read('/token/token')).toBe('web-token1-api');
    await clock.advance(3607 * 800);
    while ((await read('/token/token')) !== 'web-token2-api') await fixture.until(() => true);
    const asked = fixture.api.requests.filter((request) => request.includes('token'));
    expect(asked).toEqual(['create serviceaccounts/token robot', 'create serviceaccounts/token robot']);
  });
});

describe('what a container writes beside its volumes', () => {
  const roots = (): string => `/var/lib/kubelet/pods/${uid()}/roots/main`;

  it('is on the disk of the node, is gone when it starts again, and goes with the Pod', async () => {
    await start();
    fixture.bind('web', {
      volumes: [{ name: 'data', emptyDir: {} }],
      containers: containers({ volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
    });
    await fixture.runs('web');
    expect(await fixture.disk('node1').stat(roots())).toBeUndefined();
    await seen.get('web')?.files.write('/own', bytes('x'));
    await seen.get('web')?.files.write('/data/shared', bytes('x'));
    expect(await fixture.disk('node1').list(`${roots()}/0`)).toEqual(['data', 'dev', 'etc', 'own']);
    const before = seen.get('web');
    await control('stop');
    await control('start');
    await fixture.podThat('web', restarts(1));
    await fixture.until(() => seen.get('web') !== before);
    expect(await seen.get('web')?.files.list('/')).toEqual(['data', 'dev', 'etc']);
    expect(await read('/data/shared')).toBe('x');
    expect(await fixture.disk('node1').list(roots())).toEqual(['1']);
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
    await fixture.until(() => fixture.kubelet.node('node1')?.size === 0);
    expect(await fixture.disk('node1').list('/var/lib/kubelet/pods')).toEqual([]);
  });
});

describe('fidelity status', () => {
  it('fetches nothing for its Pods', async () => {
    fixture = new KubeletFixture();
    await fixture.start({ fidelity: 'status', events: false });
    const followers = fixture.api.followers;
    fixture.bind('web', {
      volumes: [
        { name: 'site', configMap: { name: 'none' } },
        { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      ],
      containers: containers({ envFrom: [{ secretRef: { name: 'none' } }], volumeMounts: [{ name: 'site', mountPath: '/site' }] }),
    });
    await fixture.runs('web');
    expect(fixture.api.followers).toBe(followers);
    expect(fixture.api.requests.some((request) => request.includes('token'))).toBe(false);
  });
});
