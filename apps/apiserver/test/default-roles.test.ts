import type { ClusterRole, SubjectAccessReview } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const { ns } = await namespace();

const PEOPLE = ['view', 'edit', 'admin'] as const;
for (const role of PEOPLE) {
  await admin.post(`${RBAC}/namespaces/${ns}/rolebindings`, {
    metadata: { name: role },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: role }],
  });
}

/** `verb resource[.group][/subresource]`, in the namespace or with `cluster: ` before it at the cluster scope. */
function attributesOf(text: string): object {
  const [, cluster, verb = '', plural = '', group = '', subresource = ''] =
    /^(cluster: )?(\S+) ([^./]+)(?:\.([^/]+))?(?:\/(\S+))?$/.exec(text) ?? [];
  return { verb, resource: plural, group, subresource, namespace: cluster ? '' : ns };
}

async function whoMay(text: string): Promise<string[]> {
  const answers = await Promise.all(
    PEOPLE.map(async (user) => {
      const spec = { user, groups: ['system:authenticated'], resourceAttributes: attributesOf(text) };
      const answer = await admin.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec });
      return answer.json<SubjectAccessReview>().status?.allowed ? [user] : [];
    }),
  );
  return answers.flat();
}

const ALL = ['view', 'edit', 'admin'];
const EDITORS = ['edit', 'admin'];
const ADMINS = ['admin'];
const NOBODY: string[] = [];

test.each([
  // The two areas.
  ['create persistentvolumeclaims', EDITORS],
  ['get persistentvolumeclaims', ALL],
  ['get persistentvolumeclaims/status', ALL],
  ['update persistentvolumeclaims/status', NOBODY],
  ['create persistentvolumes', NOBODY],
  ['cluster: create persistentvolumes', NOBODY],
  ['cluster: get persistentvolumes', NOBODY],
  ['cluster: delete persistentvolumes', NOBODY],
  ['cluster: create storageclasses.storage.k8s.io', NOBODY],
  ['cluster: get storageclasses.storage.k8s.io', NOBODY],
  ['cluster: create volumeattachments.storage.k8s.io', NOBODY],
  // Pods.
  ['create pods', EDITORS],
  ['deletecollection pods', EDITORS],
  ['get pods/log', ALL],
  ['create pods/exec', EDITORS],
  ['get pods/exec', EDITORS],
  ['create pods/attach', EDITORS],
  ['create pods/portforward', EDITORS],
  ['get pods/proxy', EDITORS],
  ['create pods/eviction', EDITORS],
  ['update pods/status', NOBODY],
  ['update pods/ephemeralcontainers', NOBODY],
  ['create pods/binding', NOBODY],
  ['get pods.metrics.k8s.io', ALL],
  // Services.
  ['create services', EDITORS],
  ['get services/proxy', EDITORS],
  ['update services/status', NOBODY],
  ['get endpoints', ALL],
  ['create endpoints', NOBODY],
  ['get endpointslices.discovery.k8s.io', ALL],
  ['create endpointslices.discovery.k8s.io', NOBODY],
  ['create ingresses.networking.k8s.io', EDITORS],
  // What tells secrets or gives rights.
  ['get secrets', EDITORS],
  ['create secrets', EDITORS],
  ['create serviceaccounts', EDITORS],
  ['create serviceaccounts/token', EDITORS],
  ['impersonate serviceaccounts', EDITORS],
  ['get roles.rbac.authorization.k8s.io', ADMINS],
  ['create rolebindings.rbac.authorization.k8s.io', ADMINS],
  ['escalate roles.rbac.authorization.k8s.io', NOBODY],
  ['bind clusterroles.rbac.authorization.k8s.io', NOBODY],
  ['create localsubjectaccessreviews.authorization.k8s.io', ADMINS],
  ['cluster: create selfsubjectreviews.authentication.k8s.io', ALL],
  ['cluster: create selfsubjectrulesreviews.authorization.k8s.io', ALL],
  ['cluster: create subjectaccessreviews.authorization.k8s.io', NOBODY],
  // The rest of a namespace.
  ['create configmaps', EDITORS],
  ['create events', EDITORS],
  ['get events', ALL],
  ['get leases.coordination.k8s.io', EDITORS],
  ['create leases.coordination.k8s.io', EDITORS],
  ['create deployments.apps', EDITORS],
  ['update deployments.apps/scale', EDITORS],
  ['update deployments.apps/status', NOBODY],
  ['get controllerrevisions.apps', ALL],
  ['create controllerrevisions.apps', NOBODY],
  ['create jobs.batch', EDITORS],
  ['create poddisruptionbudgets.policy', EDITORS],
  ['get resourcequotas', ALL],
  ['create resourcequotas', NOBODY],
  ['create limitranges', NOBODY],
  ['get namespaces', ALL],
  ['delete namespaces', NOBODY],
  ['cluster: list namespaces', NOBODY],
  ['cluster: get nodes', NOBODY],
])('V4: %s: %j', async (text, who) => expect(await whoMay(text)).toEqual(who));

test('V4: view is a part of edit, and that of admin, as Kubernetes puts them together', async () => {
  const label = (name: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true' });
  const role = async (name: string) => (await admin.get(`${RBAC}/clusterroles/${name}`)).json<ClusterRole>();
  for (const name of PEOPLE) {
    const { aggregationRule, rules = [] } = await role(name);
    expect(aggregationRule).toEqual({ clusterRoleSelectors: [{ matchLabels: label(name) }] });
    const part = await role(`system:aggregate-to-${name}`);
    expect(part.metadata?.labels).toMatchObject(label(name));
    expect(rules).toEqual(expect.arrayContaining(part.rules ?? []));
  }
  expect((await role('edit')).metadata?.labels).toMatchObject(label('admin'));
  expect((await role('view')).metadata?.labels).toMatchObject(label('edit'));
  expect((await role('admin')).rules).toEqual(expect.arrayContaining((await role('view')).rules ?? []));
});

test.each([
  'system:discovery',
  'system:basic-user',
  'system:public-info-viewer',
  'system:monitoring',
  'system:auth-delegator',
  'system:node',
  'system:node-problem-detector',
  'system:node-proxier',
  'system:kubelet-api-admin',
  'system:kube-aggregator',
  'system:kube-dns',
  'system:kube-scheduler',
  'system:volume-scheduler',
  'system:kube-controller-manager',
  'system:persistent-volume-provisioner',
  'system:service-account-issuer-discovery',
])('%s is there, and kept up to date', async (name) => {
  const { metadata } = (await admin.get(`${RBAC}/clusterroles/${name}`)).json<ClusterRole>();
  expect(metadata?.labels).toMatchObject({ 'kubernetes.io/bootstrapping': 'rbac-defaults' });
  expect(metadata?.annotations).toMatchObject({ 'rbac.authorization.kubernetes.io/autoupdate': 'true' });
});
