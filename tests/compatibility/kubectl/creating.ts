import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';

/** What `kubectl create` makes, as it names it; of what is in no namespace the name begins with the client's. */
const GENERATORS: [arguments_: string, created: string][] = [
  ['namespace ID-team', 'namespace/ID-team'],
  ['configmap literal --from-literal=a=b', 'configmap/literal'],
  ['configmap file --from-file=FILE', 'configmap/file'],
  ['configmap environment --from-env-file=FILE', 'configmap/environment'],
  ['secret generic password --from-literal=a=b', 'secret/password'],
  ['secret docker-registry registry --docker-username=u --docker-password=p', 'secret/registry'],
  ['secret tls certificate --cert=PKI.crt --key=PKI.key', 'secret/certificate'],
  ['serviceaccount robot', 'serviceaccount/robot'],
  ['role reader --verb=get,list --resource=pods,deployments.apps/scale', 'role.rbac.authorization.k8s.io/reader'],
  ['rolebinding reader --role=reader --serviceaccount=default:robot', 'rolebinding.rbac.authorization.k8s.io/reader'],
  ['clusterrole ID-reader --verb=get --resource=nodes', 'clusterrole.rbac.authorization.k8s.io/ID-reader'],
  ['clusterrolebinding ID-reader --clusterrole=ID-reader --user=someone', 'clusterrolebinding.rbac.authorization.k8s.io/ID-reader'],
  ['deployment api --image=example/api --replicas=0', 'deployment.apps/api'],
  ['job once --image=busybox -- true', 'job.batch/once'],
  ['service clusterip inner --tcp=8080:8080', 'service/inner'],
  ['service nodeport outer --tcp=8080:8080', 'service/outer'],
  ['service loadbalancer balanced --tcp=8080:8080', 'service/balanced'],
  ['service externalname elsewhere --external-name=example.com', 'service/elsewhere'],
  ['quota most --hard=configmaps=100', 'resourcequota/most'],
  ['ingress front --rule=shop.example.com/*=inner:8080', 'ingress.networking.k8s.io/front'],
  ['priorityclass ID-high --value=1000', 'priorityclass.scheduling.k8s.io/ID-high'],
];

export const creating: Scenario<Kubectl>[] = [
  {
    name: 'create NAME of every kind that it knows',
    async run(kubectl) {
      const file = join(kubectl.home, 'settings');
      writeFileSync(file, 'a=b\n');
      await selfSigned(kubectl);
      const fill = (text: string) =>
        text.replaceAll('ID', kubectl.namespace).replace('FILE', file).replaceAll('PKI', join(kubectl.home, 'tls'));
      for (const [what, created] of GENERATORS) expect(await kubectl.ok(`create ${fill(what)}`)).toBe(`${fill(created)} created\n`);
      expect(await kubectl.value('secret registry', '.type')).toBe('kubernetes.io/dockerconfigjson');
      expect(await kubectl.value('secret certificate', '.type')).toBe('kubernetes.io/tls');
      await kubectl.ok(fill('delete namespace ID-team --wait=false'));
      await kubectl.ok(fill('delete clusterrole,clusterrolebinding,priorityclass ID-reader ID-high --ignore-not-found'));
    },
  },
  {
    name: 'create cronjob, poddisruptionbudget',
    // Older ones ask for groups that Kubernetes has taken away.
    since: '1.21',
    async run(kubectl) {
      expect(await kubectl.ok(['create', 'cronjob', 'nightly', '--image=busybox', '--schedule=0 3 * * *', '--', 'true'])).toBe(
        'cronjob.batch/nightly created\n',
      );
      expect(await kubectl.ok('create job now --from=cronjob/nightly')).toBe('job.batch/now created\n');
      expect(await kubectl.ok('create poddisruptionbudget some --min-available=1 --selector=app=none')).toBe(
        'poddisruptionbudget.policy/some created\n',
      );
      await kubectl.ok('wait --for=condition=complete job/now --timeout=180s');
    },
  },
  {
    name: 'create token',
    since: '1.24',
    async run(kubectl) {
      await kubectl.ok('create serviceaccount holder');
      const token = (await kubectl.ok('create token holder --duration=1h')).trim();
      expect(await kubectl.refused(['get', 'pods', `--token=${token}`, '--kubeconfig=/dev/null', ...(await server(kubectl))])).toContain(
        `User "system:serviceaccount:${kubectl.namespace}:holder" cannot list resource "pods" in API group "" in the namespace "default"`,
      );
    },
  },
  {
    name: 'run, expose',
    async run(kubectl) {
      expect(await kubectl.ok('run web --image=nginxinc/nginx-unprivileged --port=8080 --labels=app=exposed')).toBe('pod/web created\n');
      expect(await kubectl.ok('expose pod web --port=9000 --target-port=8080 --name=exposed')).toBe('service/exposed exposed\n');
      await kubectl.ok('wait --for=condition=Ready pod/web --timeout=180s');
      expect(await kubectl.value('service exposed', '.spec.selector')).toBe('{"app":"exposed"}');
      expect(await kubectl.ok('run dry --image=busybox --dry-run=client -o name')).toBe('pod/dry\n');
    },
  },
  {
    name: 'create --edit, --save-config, --dry-run=server; generateName',
    async run(kubectl) {
      const input = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: made- }\n';
      expect(await kubectl.ok('create -f -', { input })).toMatch(/^configmap\/made-\w{5} created\n$/);
      expect(await kubectl.ok('create configmap saved --from-literal=a=b --save-config')).toBe('configmap/saved created\n');
      expect(await kubectl.value('configmap saved', '.metadata.annotations')).toContain('last-applied-configuration');
      expect(await kubectl.refused('create configmap saved')).toBe(
        kubectl.minor >= 21
          ? 'error: failed to create configmap: configmaps "saved" already exists\n'
          : 'Error from server (AlreadyExists): configmaps "saved" already exists\n',
      );
    },
  },
];

/** What a kubeconfig says of the server, as flags. */
async function server(kubectl: Kubectl): Promise<string[]> {
  const config = JSON.parse(await kubectl.ok('config view --raw --minify -o json'));
  const { server: url, 'certificate-authority-data': authority } = config.clusters[0].cluster;
  const file = join(kubectl.home, 'ca.crt');
  writeFileSync(file, Buffer.from(authority, 'base64'));
  return [`--server=${url}`, `--certificate-authority=${file}`];
}

/** A certificate and its key: the kubeconfig's own. */
async function selfSigned(kubectl: Kubectl): Promise<void> {
  const config = JSON.parse(await kubectl.ok('config view --raw --minify -o json'));
  const { 'client-certificate-data': certificate, 'client-key-data': key } = config.users[0].user;
  writeFileSync(join(kubectl.home, 'tls.crt'), Buffer.from(certificate, 'base64'));
  writeFileSync(join(kubectl.home, 'tls.key'), Buffer.from(key, 'base64'));
}
