import { EndpointSlices, EndpointsKind, Services } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
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
    await clock.advance(10_000);
    expect(await get()).toMatchObject(expected);
  }
});
