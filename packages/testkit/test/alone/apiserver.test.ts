import { ConfigMaps, Secrets } from '@kubernats/api';
import { createClient, createInformerSet, silentLog } from '@kubernats/client';
import { describe, expect, test } from 'vitest';
import { BUSES, World } from './world.ts';

const CLIENT = 'system:kube-controller-manager';
const map = (name: string) => ({ metadata: { name, namespace: 'default' } });

/** Here the test is the component: it asks and follows, with a component's rights. */
async function follower(world: World) {
  const { transport } = await world.connect(CLIENT);
  const informers = createInformerSet(transport, { log: silentLog });
  const maps = informers.of(ConfigMaps, { namespace: 'default' });
  const known = new Set<string>();
  const name = ({ metadata }: { metadata?: { name?: string } }) => metadata?.name ?? '';
  maps.addHandler({ add: (each) => known.add(name(each)), update: () => {}, delete: (each) => known.delete(name(each)) });
  const stop = new AbortController();
  const running = informers.run(stop.signal);
  const sees = (...names: string[]) => world.until(() => names.length === known.size && names.every((each) => known.has(each)));
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  return { client: createClient(transport), sees, end };
}

describe.each(BUSES)('R3: the apiserver alone over the %s bus', { concurrent: true }, (_name, backbone) => {
  test('it serves components, and the same to the same ones after it, or the bus, was gone', async () => {
    await using world = new World(await backbone());
    const component = await follower(world);
    await expect(component.client.kind(ConfigMaps).get('a', 'default')).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    await world.startApiServer();
    await world.make(ConfigMaps, map('a'));
    await component.sees('a');

    await world.loseBus();
    await world.restoreBus();
    await world.make(ConfigMaps, map('b'));
    await component.sees('a', 'b');
    const before = await component.client.kind(ConfigMaps).get('a', 'default');

    await world.killApiServer();
    await world.startApiServer();
    expect(await component.client.kind(ConfigMaps).get('a', 'default')).toEqual(before);
    await world.admin.kind(ConfigMaps).delete('a', 'default');
    await component.sees('b');
    await component.end();
  });

  test('each is who its connection says, and may do what that one may', async () => {
    await using world = new World(await backbone());
    await world.startApiServer();
    const proxy = createClient((await world.connect('system:kube-proxy')).transport);
    await expect(proxy.kind(Secrets).list()).rejects.toMatchObject({
      reason: 'Forbidden',
      message: expect.stringContaining('User "system:kube-proxy" cannot list resource "secrets"'),
    });
    const impostor = createClient((await world.connect('system:kube-proxy', [], CLIENT)).transport);
    await expect(impostor.kind(Secrets).list()).rejects.toMatchObject({ reason: 'Forbidden' });
  });
});
