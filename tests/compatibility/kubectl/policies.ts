import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { configMap } from './manifests.ts';

/** Of ConfigMaps of the client's own namespace. */
const matching = (namespace: string): string => `  matchConstraints:
    namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } }
    objectSelector: { matchLabels: { judged: 'yes' } }
    resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps] }]
`;

const policies = (namespace: string): string => `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: { name: mutating-${namespace} }
spec:
${matching(namespace)}  reinvocationPolicy: Never
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}' }
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: { name: mutating-${namespace} }
spec: { policyName: mutating-${namespace} }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: validating-${namespace} }
spec:
${matching(namespace)}  validations: [{ expression: '!("wrong" in object.data)', message: nothing may be wrong }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: validating-${namespace} }
spec: { policyName: validating-${namespace}, validationActions: [Deny] }
`;

export const policing: Scenario<Kubectl>[] = [
  {
    name: 'MutatingAdmissionPolicy, ValidatingAdmissionPolicy',
    async run(kubectl) {
      const { namespace } = kubectl;
      await kubectl.ok('apply -f -', { input: policies(namespace) });
      const judged = (data: string) => configMap('judged', { labels: "judged: 'yes'", data });
      await kubectl.ok('apply -f -', { input: judged('a: b') });
      expect(await kubectl.value('configmap judged', '.metadata.labels.seen')).toBe('yes');
      expect(await kubectl.refused('apply -f -', { input: judged('wrong: b') })).toContain(
        `ValidatingAdmissionPolicy 'validating-${namespace}' with binding 'validating-${namespace}' denied request: nothing may be wrong`,
      );
      await kubectl.ok('delete -f -', { input: policies(namespace) });
    },
  },
];
