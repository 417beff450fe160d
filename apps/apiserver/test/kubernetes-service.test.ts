import { EndpointSlices, EndpointsKind, type Lease, Leases, Services } from '@kubernats/api';
import { rfc3339, rfc3339Micro, SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { memoryBacking, startApiServer } from './api-server.fixture.ts';
import { HttpsFixture } from './support/https-client.ts';

test('the Service kubernetes leads to the server, wherever it is now, and comes back when it is deleted', async () => {
  const clock = new SteppedClock();
  const backing = memoryBacking();
  const labels = { 'kubernetes.io/service-name': 'kubernetes' };
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    await using fixture = await startApiServer({ clock, backing, config: { serviceCidr: '10.0.0.0/24' } });
    using https = await HttpsFixture.open(fixture.server, undefined, address);
    const [services, endpoints, slices] = [Services, EndpointsKind, EndpointSlices].map((kind) => fixture.client.kind(kind));
    const get = () => Promise.all([services, endpoints, slices].map((kind) => kind?.get('kubernetes', 'default')));
    const ports = [{ name: 'https', port: https.port, protocol: 'TCP' }];
    const expected = [
      {
        metadata: { labels: { component: 'apiserver', provider: 'kubernetes' } },
        spec: {
          type: 'ClusterIP',
          clusterIP: '10.0.0.1',
          ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: https.port }],
          sessionAffinity: 'None',
          ipFamilies: ['IPv4'],
        },
      },
      { metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, subsets: [{ addresses: [{ ip: address }], ports }] },
      { metadata: { labels }, addressType: 'IPv4', endpoints: [{ addresses: [address], conditions: { ready: true } }], ports },
    ];
    expect(await get()).toMatchObject(expected);
    for (const kind of [services, endpoints, slices]) await kind?.delete('kubernetes', 'default');
    await clock.advance(5_000);
    await expect.poll(() => get().catch(() => [])).toMatchObject(expected);
  }
});

test('it leads to all API servers that live: one that ends goes at once, one that says nothing any more after a while', async () => {
  const clock = new SteppedClock();
  const backing = memoryBacking();
  const config = { serviceCidr: '10.0.0.0/24', kubernetesServiceNodePort: 30_443 };
  await using first = await startApiServer({ clock, backing, config });
  using door = await HttpsFixture.open(first.server, undefined, '192.0.2.1');
  const addresses = async () => {
    const { endpoints } = await first.client.kind(EndpointSlices).get('kubernetes', 'default');
    return endpoints?.flatMap((each) => each.addresses);
  };
  expect((await first.client.kind(Services).get('kubernetes', 'default')).spec).toMatchObject({
    type: 'NodePort',
    ports: [{ nodePort: 30_443 }],
  });
  await using second = await startApiServer({ clock, backing, config });
  using _other = await HttpsFixture.open(second.server, undefined, '192.0.2.2', { host: '127.0.0.2', port: door.port });
  expect(await addresses()).toEqual(['192.0.2.1', '192.0.2.2']);
  await second.server.close();
  expect(await addresses()).toEqual(['192.0.2.1']);
  // What one leaves behind that was killed.
  const dead: Lease = {
    metadata: { name: 'apiserver-dead', namespace: 'kube-system', annotations: { 'kubernats.dev/endpoint': `192.0.2.3:${door.port}` } },
    spec: { holderIdentity: 'apiserver-dead', renewTime: rfc3339Micro(clock.now()) },
  };
  await first.client.kind(Leases).create(dead);
  await clock.advance(5_000);
  await expect.poll(addresses).toEqual(['192.0.2.1', '192.0.2.3']);
  // Rounds go on when the one before is done: which takes no time of this clock, and some turns of the event loop.
  const later = async () => {
    await clock.advance(5_000);
    return addresses();
  };
  await expect.poll(later).toEqual(['192.0.2.1']);
  await expect(first.client.kind(Leases).get('apiserver-dead', 'kube-system')).rejects.toMatchObject({ code: 404 });
});

test('another API server that is about to make it keeps none from starting', async () => {
  const clock = new SteppedClock();
  const backing = memoryBacking();
  const claim = {
    metadata: { name: '10.0.0.1', creationTimestamp: rfc3339(clock.now()) },
    spec: { namespace: 'default', name: 'kubernetes', uid: 'of the other' },
  };
  const key = { group: 'kubernats.dev', resource: 'ipallocations', namespace: '', name: claim.metadata.name };
  await backing.stores.state.create(key, new TextEncoder().encode(JSON.stringify(claim)));
  await using fixture = await startApiServer({ clock, backing, config: { serviceCidr: '10.0.0.0/24' } });
  using _door = await HttpsFixture.open(fixture.server, undefined, '192.0.2.1');
  expect((await fixture.client.kind(EndpointSlices).get('kubernetes', 'default')).endpoints).toMatchObject([{ addresses: ['192.0.2.1'] }]);
});
