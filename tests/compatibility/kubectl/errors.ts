import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { deployment } from './manifests.ts';

const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: wrong }\nspec: ${spec}\n`;

export const refusing: Scenario<Kubectl>[] = [
  {
    name: 'wrong manifests are refused in Kubernetes’ words',
    async run(kubectl) {
      const create = (input: string, flags = '') => kubectl.refused(`create${flags} -f -`, { input });
      expect(await create(pod('{ containers: [] }'))).toContain('The Pod "wrong" is invalid: spec.containers: Required value\n');
      expect(await create(pod('{ containers: [{ name: A_b, image: x }] }'))).toContain(
        `The Pod "wrong" is invalid: spec.containers[0].name: Invalid value: "A_b": a lowercase RFC 1123 label must consist of`,
      );
      // Who finds it, the client by the OpenAPI document or the server, differs; what is named does not.
      expect(await create(pod('{ containers: [{ name: a, image: x, port: 80 }] }'))).toMatch(
        /unknown field "(spec\.containers\[0\]\.)?port"/,
      );
      expect(await create(pod('{ containers: [{ name: a, image: x, ports: [{ containerPort: many }] }] }'), ' --validate=false')).toMatch(
        /containerPort/,
      );
      expect(await create('apiVersion: v2\nkind: Pod\nmetadata: { name: wrong }\n')).toContain('no matches for kind "Pod" in version "v2"');
      expect(await create('a: b: c\n')).toMatch(/^error: /);
      expect(await create('a: b\n', ' --validate=false')).toMatch(/^error: unable to decode|^error: error|Object 'Kind' is missing/);
    },
  },
  {
    name: 'what cannot be changed is refused',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: deployment('fixed', { replicas: 0 }) });
      const patch = ['patch', 'deployment', 'fixed', '--type=merge', '-p', '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'];
      expect(await kubectl.refused(patch)).toMatch(
        /The Deployment "fixed" is invalid: .*spec\.selector: Invalid value: .*field is immutable/s,
      );
    },
  },
  {
    name: 'what is not there is said so',
    async run(kubectl) {
      expect(await kubectl.refused('get pods nothing')).toBe('Error from server (NotFound): pods "nothing" not found\n');
      expect(await kubectl.refused('get unicorns')).toBe('error: the server doesn\'t have a resource type "unicorns"\n');
      expect(await kubectl.refused('create configmap settings --from-literal=a=b -n nowhere')).toContain(
        'namespaces "nowhere" not found\n',
      );
      expect(await kubectl.refused('get pods --field-selector=spec.color=red')).toContain('field label not supported: spec.color');
      expect(await kubectl.refused('logs nothing')).toContain('pods "nothing" not found');
    },
  },
  {
    name: 'who may not is told what',
    async run(kubectl) {
      expect(await kubectl.refused('get secrets --as=nobody')).toBe(
        `Error from server (Forbidden): secrets is forbidden: User "nobody" cannot list resource "secrets" in API group "" in the namespace "${kubectl.namespace}"\n`,
      );
      expect(await kubectl.refused('delete node node1 --as=nobody')).toContain(
        'nodes "node1" is forbidden: User "nobody" cannot delete resource "nodes" in API group "" at the cluster scope',
      );
    },
  },
];
