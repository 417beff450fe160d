import type { Ingress, Pod, ServiceCIDR } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile, pod } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;
const NETWORKING = '/apis/networking.k8s.io/v1';

test('R1: an Ingress without a class gets the default one, of which there may be one', async () => {
  const { ns } = await namespace();
  const made = async (ingress: string, spec: object = {}, annotations: object = {}): Promise<Ingress & { message?: string }> => {
    const body = {
      metadata: { name: ingress, annotations },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } }, ...spec },
    };
    return (await admin.post(`${NETWORKING}/namespaces/${ns}/ingresses`, body)).json();
  };
  const ingressClass = (of: string) =>
    admin.post(`${NETWORKING}/ingressclasses`, {
      metadata: { name: of, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: 'example.com/controller' },
    });
  expect((await made('before')).spec).not.toHaveProperty('ingressClassName');
  await ingressClass('first');
  expect((await made('with')).spec?.ingressClassName).toBe('first');
  expect((await made('own', { ingressClassName: 'own' })).spec?.ingressClassName).toBe('own');
  expect((await made('older', {}, { 'kubernetes.io/ingress.class': 'older' })).spec).not.toHaveProperty('ingressClassName');
  await ingressClass('second');
  expect(await made('which')).toMatchObject({
    code: 403,
    message: expect.stringContaining('2 default IngressClasses were found, only 1 allowed'),
  });
});

test('R1: a Pod takes on what its RuntimeClass says, and none that is not there', async () => {
  const { at } = await namespace();
  const made = async (name: string, spec: object): Promise<Pod & { message?: string }> =>
    (await admin.post(`${at}/pods`, pod(name, spec))).json();
  const refused = (name: string, why: string) => ({ code: 403, message: `pods "${name}" is forbidden: ${why}` });
  expect(await made('a', { runtimeClassName: 'kata' })).toMatchObject(refused('a', 'pod rejected: RuntimeClass "kata" not found'));
  expect(await made('b', { overhead: { cpu: '1' } })).toMatchObject(
    refused('b', 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'),
  );
  await admin.post('/apis/node.k8s.io/v1/runtimeclasses', {
    metadata: { name: 'kata' },
    handler: 'kata',
    overhead: { podFixed: { cpu: '250m' } },
    scheduling: { nodeSelector: { runtime: 'kata' }, tolerations: [{ key: 'kata', operator: 'Exists' }] },
  });
  const { spec } = await made('c', { runtimeClassName: 'kata', nodeSelector: { disk: 'ssd' } });
  expect(spec).toMatchObject({ overhead: { cpu: '250m' }, nodeSelector: { disk: 'ssd', runtime: 'kata' } });
  expect(spec?.tolerations).toContainEqual({ key: 'kata', operator: 'Exists' });
  expect(await made('d', { runtimeClassName: 'kata', overhead: { cpu: '1' } })).toMatchObject(
    refused('d', "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"),
  );
  expect(await made('e', { runtimeClassName: 'kata', nodeSelector: { runtime: 'runc' } })).toMatchObject(
    refused('e', 'conflict: runtimeClass.scheduling.nodeSelector[runtime] = kata; pod.spec.nodeSelector[runtime] = runc'),
  );
});

test('R1: the range of cluster IPs can be read', async () => {
  const { spec, status } = (await admin.get(`${NETWORKING}/servicecidrs/kubernetes`)).json<ServiceCIDR>();
  expect(spec?.cidrs).toHaveLength(1);
  expect(status?.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
});
