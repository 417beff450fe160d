import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import { startThingsServer, type ThingsServer } from '../support/things-server.ts';
import type { Scenario } from '../support/trial.ts';

const manifests = (group: string, namespace: string, { host, port, caBundle }: ThingsServer): string => `apiVersion: v1
kind: Service
metadata: { name: things }
spec: { ports: [{ name: https, port: 8443 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: things, labels: { kubernetes.io/service-name: things } }
addressType: IPv4
endpoints: [{ addresses: ['${host}'], conditions: { ready: true } }]
ports: [{ name: https, port: ${port}, protocol: TCP }]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.${group} }
spec:
  group: ${group}
  version: v1
  groupPriorityMinimum: 1000
  versionPriority: 15
  caBundle: ${caBundle}
  service: { namespace: ${namespace}, name: things, port: 8443 }
`;

export const aggregation: Scenario<Kubectl>[] = [
  {
    name: 'an APIService of another server: wait, api-resources, get, explain',
    async run(kubectl) {
      const { namespace } = kubectl;
      const group = `things.${namespace}.example.com`;
      const plural = `${namespace.replace('kubectl-', '')}gadgets`;
      const kind = `${plural[0]?.toUpperCase()}${plural.slice(1, -1)}`;
      const frontProxyCaPem = await kubectl.value(
        'configmap extension-apiserver-authentication -n kube-system',
        '.data.requestheader-client-ca-file',
      );
      await using server = await startThingsServer({ group, plural, kind, serverName: `things.${namespace}.svc`, frontProxyCaPem });
      await kubectl.ok('apply -f -', { input: manifests(group, namespace, server) });
      await kubectl.ok(`wait --for=condition=Available apiservice/v1.${group} --timeout=60s`);
      expect(await kubectl.ok(`get apiservice v1.${group} --no-headers`)).toMatch(new RegExp(`^v1\\.${group} +${namespace}/things +True `));
      expect(await kubectl.ok(`api-resources --api-group=${group} --no-headers`)).toMatch(new RegExp(`^${plural} .*false +${kind}\n$`));
      expect(await kubectl.ok(`get ${plural} --no-headers`)).toMatch(/^one +/);
      expect(await kubectl.value(`${plural} one`, '.size')).toBe('3');
      expect(await kubectl.ok(`explain ${plural}.size`)).toMatch(/FIELD: +size <integer>[\s\S]*How large it is\./);
      await kubectl.ok(`delete apiservice v1.${group}`);
    },
  },
];
