import { expect, test } from 'vitest';
import { cells, create, problems, rowOf } from '../../../test/harness.ts';
import type { APIService } from '../../index.ts';

const services = rowOf('apiservices', 'apiregistration.k8s.io');
const service = (spec: object = {}, name = 'v1.example.com'): APIService =>
  ({
    metadata: { name },
    spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 15, ...spec },
  }) as APIService;
const remote = { service: { namespace: 'default', name: 'api' } };

test.each<[APIService, string[]]>([
  [service(), []],
  [service(remote), []],
  [service({}, 'other'), ['metadata.name: Invalid value: "other": must be `spec.version+"."+spec.group`: "v1.example.com"']],
  [
    service({ group: '', version: 'v2' }, 'v2.'),
    ['spec.group: Required value: only v1 may have an empty group and it better be legacy kube'],
  ],
  [
    service({ groupPriorityMinimum: 0, versionPriority: 1001 }),
    [
      'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000',
      'spec.versionPriority: Invalid value: 1001: must be positive and less than 1000',
    ],
  ],
  [
    service({ caBundle: 'AAAA', insecureSkipTLSVerify: true }),
    [
      'spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle',
      'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
    ],
  ],
  [service({ service: {} }), ['spec.service.namespace: Required value', 'spec.service.name: Required value']],
])('%#', (object, expected) => {
  expect(problems(services, object)).toEqual(expected);
});

test('R1: what the server serves is available at once, of another one it is not known yet', () => {
  const [local, other] = [create(services, service()), create(services, service(remote))];
  expect(cells(services, local)).toMatchObject({ Service: 'Local', Available: 'True' });
  expect(cells(services, other)).toMatchObject({ Service: 'default/api', Available: 'Unknown' });
  for (const each of [local, other]) expect(services.strategy.warnings?.(each, undefined)).toEqual([]);
});

test('R1: nobody takes the place of what the server serves itself, and that is said', () => {
  const metrics = create(services, service({ ...remote, group: 'metrics.k8s.io', version: 'v1beta1' }, 'v1beta1.metrics.k8s.io'));
  expect(services.strategy.warnings?.(metrics, undefined)).toEqual(['spec.service: not honoured by this version of kubernats yet']);
});
