import type { Node, Secret } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { afterEach, describe, expect, it } from 'vitest';
import { imagePolicy } from '../src/images/image-policy.ts';
import { KubeletFixture } from './kubelet.fixture.ts';

let fixture: KubeletFixture;
const clock = new SteppedClock();
afterEach(() => fixture.stop());

const waiting = (reason: string) => fixture.podThat('web', (pod) => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === reason);
const image = (name: string, part: object = {}) => ({ containers: [{ name: 'main', image: name, ...part }] });

async function start(rows: Parameters<typeof imagePolicy>[0]): Promise<void> {
  fixture = new KubeletFixture({ clock });
  await fixture.start({ imagePolicy: imagePolicy(rows) });
}

describe('an image that is missing', () => {
  it('is told as the kubelet and containerd tell it', async () => {
    await start([{ image: 'shop/*', is: 'missing', pullMs: 0 }]);
    fixture.bind('web', image('shop/lost'));
    const why =
      'failed to pull and unpack image "docker.io/shop/lost:latest": failed to resolve reference "docker.io/shop/lost:latest": docker.io/shop/lost:latest: not found';
    const first = await waiting('ErrImagePull');
    expect(first.status?.containerStatuses?.[0]).toMatchObject({ state: { waiting: { message: why } }, image: 'shop/lost', imageID: '' });
    await clock.advance(1000);
    const then = await waiting('ImagePullBackOff');
    expect(then.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe(`Back-off pulling image "shop/lost": ErrImagePull: ${why}`);
    await fixture.until(() => fixture.events().length >= 5);
    expect(fixture.events()).toEqual([
      'Pulling: Pulling image "shop/lost"',
      `Failed: Failed to pull image "shop/lost": ${why}`,
      'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "shop/lost"',
      'Failed: Error: ImagePullBackOff',
    ]);
  });

  it('a name that is none, and a policy of Never', async () => {
    await start([]);
    fixture.bind('web', image('Shop:1:2'));
    const invalid = await waiting('InvalidImageName');
    const why = `Failed to apply default image tag "Shop:1:2": couldn't parse image name "Shop:1:2": invalid reference format: repository name (library/Shop) must be lowercase`;
    expect(invalid.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe(why);
    await fixture.until(() => fixture.events().length >= 2);
    expect(fixture.events()).toEqual([`InspectFailed: ${why}`, 'Failed: Error: InvalidImageName']);
    fixture.api.deletePod('web', 0);
    await fixture.until(() => fixture.kubelet.node('node1')?.size === 0);
    fixture.bind('web', image('shop/app:1', { imagePullPolicy: 'Never' }));
    const never = await waiting('ErrImageNeverPull');
    expect(never.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe(
      'Container image "shop/app:1" is not present with pull policy of Never',
    );
    fixture.bind('built-in', image('busybox', { imagePullPolicy: 'Never', command: ['sleep', '1h'] }));
    await fixture.runs('built-in');
  });
});

describe('an image that needs a secret', () => {
  const secret = (registry: string): Secret => ({
    metadata: { name: 'login', namespace: 'default' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: { [registry]: { auth: 'eDp5' } } })).toString('base64') },
  });

  it('is denied without one, and with one for another registry; with its own it is pulled', async () => {
    await start([{ image: 'registry.example.com/*', is: 'denied', pullMs: 0 }]);
    fixture.bind('web', { ...image('registry.example.com/team/app:1'), imagePullSecrets: [{ name: 'login' }] });
    const denied = await waiting('ErrImagePull');
    expect(denied.status?.containerStatuses?.[0]?.state?.waiting?.message).toContain(
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    );
    await fixture.until(() => fixture.events().length >= 4);
    expect(fixture.events()[1]).toBe(
      'FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (login); attempting to pull the image may not succeed.',
    );
    fixture.api.put('secrets', secret('https://index.docker.io/v1/'));
    await clock.advance(10_000);
    await waiting('ErrImagePull');
    fixture.api.put('secrets', secret('registry.example.com'));
    await clock.advance(20_000);
    await fixture.runs('web');
  });
});

describe('an image that is there', () => {
  it('takes its time to be pulled, once a node, and is listed with it: the largest first', async () => {
    await start([
      { image: 'shop/*', is: 'exists', pullMs: 1500, size: '120Mi' },
      { image: 'actor', is: 'exists', pullMs: 0 },
    ]);
    fixture.bind('web', image('shop/app:1'));
    await waiting('ContainerCreating');
    await clock.advance(1500);
    await fixture.runs('web');
    expect(fixture.events()).toContain(
      'Pulled: Successfully pulled image "shop/app:1" in 1.5s (1.5s including waiting). Image size: 125829120 bytes.',
    );
    fixture.bind('again', image('docker.io/shop/app:1'));
    await fixture.runs('again');
    expect(fixture.events()).toContain(
      'Pulled: Container image "docker.io/shop/app:1" already present on machine and can be accessed by the pod',
    );
    fixture.bind('other', image('example.com/app:1'));
    await fixture.runs('other');
    await clock.advance(10_000);
    const node = await fixture.until(() => {
      const found = fixture.api.get<Node>('nodes', 'node1');
      return (found?.status?.images?.length ?? 0) > 0 && found;
    });
    const digest = expect.stringMatching(/@sha256:[0-9a-f]{64}$/) as string;
    expect(node.status?.images).toEqual([
      { names: [digest, 'docker.io/shop/app:1'], sizeBytes: 125829120 },
      { names: [digest, 'example.com/app:1'], sizeBytes: 0 },
    ]);
  });

  it('a Pod that is deleted while its image is pulled does not wait for it', async () => {
    await start([{ image: 'shop/*', is: 'exists', pullMs: 60_000 }]);
    fixture.bind('web', image('shop/app:1'));
    await waiting('ContainerCreating');
    fixture.api.deletePod('web', 30);
    await fixture.until(() => fixture.pod('web') === undefined);
  });
});
