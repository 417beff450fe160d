import type { Pod, Service } from '@kubernats/api';
import { expect, test } from 'vitest';
import { ADDRESSES_MAX, decide } from './decide.ts';

const service: Service = {
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.96.0.9', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] },
};

function pod(index: number, ready = true, going = false): Pod {
  return {
    metadata: { name: `web-${index}`, namespace: 'default', uid: `u${index}`, ...(going && { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
    spec: { nodeName: 'node1', containers: [] },
    status: {
      phase: 'Running',
      podIP: `10.244.${index >> 8}.${index & 255}`,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}

const OVER = 'endpoints.kubernetes.io/over-capacity';

test('ready addresses, and those that are not; what shuts down is not in it', () => {
  const made = decide(service, [pod(2), pod(1), pod(3, false), pod(4, true, true)], undefined);
  expect(made?.subsets).toEqual([
    {
      addresses: [1, 2].map((i) => ({
        ip: `10.244.0.${i}`,
        nodeName: 'node1',
        targetRef: { kind: 'Pod', namespace: 'default', name: `web-${i}`, uid: `u${i}` },
      })),
      notReadyAddresses: [
        { ip: '10.244.0.3', nodeName: 'node1', targetRef: { kind: 'Pod', namespace: 'default', name: 'web-3', uid: 'u3' } },
      ],
      ports: [{ port: 8080, protocol: 'TCP' }],
    },
  ]);
  expect(made?.metadata?.labels).toEqual({ 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
});

test('nothing is written when it says so already', () => {
  const made = decide(service, [pod(1)], undefined);
  expect(decide(service, [pod(1)], made)).toBeUndefined();
  expect(decide(service, [], made)?.subsets).toBeUndefined();
});

test('what is too much is left out and said, and said no more once it fits', () => {
  const many = Array.from({ length: ADDRESSES_MAX + 1 }, (_, i) => pod(i));
  const full = decide(service, many, undefined);
  expect(full?.subsets?.[0]?.addresses).toHaveLength(ADDRESSES_MAX);
  expect(full?.metadata?.annotations).toEqual({ [OVER]: 'truncated' });
  expect(decide(service, many.slice(1), full)?.metadata?.annotations).toEqual({});
});

test('where not all fit, those that are ready come first', () => {
  const many = [...Array.from({ length: ADDRESSES_MAX }, (_, i) => pod(i, false)), pod(5000)];
  const [subset] = decide(service, many, undefined)?.subsets ?? [];
  expect([subset?.addresses?.length, subset?.notReadyAddresses?.length]).toEqual([1, ADDRESSES_MAX - 1]);
});

test('since when it is out of date', () => {
  const made = decide(service, [pod(1)], undefined, '2026-01-01T00:00:00Z');
  expect(made?.metadata?.annotations).toEqual({ 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' });
  expect(decide(service, [pod(1)], made, '2026-01-01T00:00:01Z'), 'no reason to write').toBeUndefined();
  expect(decide(service, [], made)?.metadata?.annotations, 'not dated').toEqual({});
});

test('addresses that are published whatever happens', () => {
  const published: Service = { ...service, spec: { ...service.spec, publishNotReadyAddresses: true } };
  const [subset] = decide(published, [pod(1, false), pod(2, true, true)], undefined)?.subsets ?? [];
  expect([subset?.addresses?.length, subset?.notReadyAddresses]).toEqual([2, undefined]);
});
