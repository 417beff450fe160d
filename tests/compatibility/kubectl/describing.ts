import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { deployment } from './manifests.ts';

const OBJECTS = `${deployment('told-of')}---
apiVersion: v1
kind: Service
metadata: { name: told-of }
spec: { selector: { app: told-of }, ports: [{ port: 8080 }] }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: told-of }
spec: { accessModes: [ReadWriteOnce], storageClassName: none, resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: Secret
metadata: { name: told-of }
stringData: { password: four }
---
apiVersion: v1
kind: LimitRange
metadata: { name: told-of }
spec: { limits: [{ type: PersistentVolumeClaim, max: { storage: 5Gi } }] }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: told-of }
spec: { hard: { secrets: "100" } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: told-of }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: told-of }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: User, name: someone }]
---
apiVersion: batch/v1
kind: Job
metadata: { name: told-of }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: busybox, command: ['true'] }] } } }
`;

/** What is described, and a line of it. */
const DESCRIBED: [what: string, line: RegExp][] = [
  ['deployment told-of', /^Replicas: +1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable$/m],
  ['replicaset -l app=told-of', /^Controlled By: +Deployment\/told-of$/m],
  ['pods -l app=told-of', /^ +Normal +Scheduled .* Successfully assigned \S+ to node\d$/m],
  ['service told-of', /^Endpoints: +127\.\S+:8080$/m],
  ['pvc told-of', /^Status: +Pending$/m],
  ['secret told-of', /^password: +4 bytes$/m],
  ['limitrange told-of', /^PersistentVolumeClaim +storage +- +5Gi /m],
  ['resourcequota told-of', /^secrets +\d+ +100$/m],
  ['serviceaccount told-of', /^Image pull secrets: +<none>$/m],
  ['rolebinding told-of', /^ +User +someone *$/m],
  ['job told-of', /^Pods Statuses: +0 (Active|Running)( \(0 Ready\))? \/ 1 Succeeded \/ 0 Failed/m],
  ['configmap kube-root-ca.crt', /-----BEGIN CERTIFICATE-----/],
  ['node node1', /^Allocated resources:$/m],
  ['namespace default', /^Status: +Active$/m],
  ['lease/kube-scheduler -n kube-system', /^ +Holder Identity: /m],
  ['clusterrole view', /^ +pods +\[\] +\[\] +\[get list watch\]$/m],
  ['clusterrolebinding cluster-admin', /^ +Group +system:masters *$/m],
  ['priorityclass system-node-critical', /^Value: +2000001000$/m],
];

export const describing: Scenario<Kubectl>[] = [
  {
    name: 'describe of 18 kinds',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: OBJECTS });
      await kubectl.ok('rollout status deployment/told-of --timeout=180s');
      await kubectl.ok('wait --for=condition=complete job/told-of --timeout=180s');
      for (const [what, line] of DESCRIBED) expect(await kubectl.ok(`describe ${what}`)).toMatch(line);
      await kubectl.ok('delete limitrange,resourcequota told-of');
    },
  },
  {
    name: 'describe of an EndpointSlice',
    // Older ones ask for a version that Kubernetes has taken away.
    since: '1.21',
    async run(kubectl) {
      const slice = 'endpointslice -n default -l kubernetes.io/service-name=kubernetes';
      expect(await kubectl.ok(`describe ${slice}`)).toMatch(/^AddressType: +IPv4$/m);
    },
  },
];
