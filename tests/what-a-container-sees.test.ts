import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mayOpenLowPorts } from './support/low-ports.ts';
import { until } from './support/until.ts';

let cluster: RealCluster;
beforeAll(async () => {
  cluster = await realCluster({ nodes: 1 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const apply = (...objects: object[]): Promise<string> =>
  cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });

const pod = (name: string, script: string, spec: object = {}, container: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    restartPolicy: 'Never',
    containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script], ...container }],
    ...spec,
  },
});

/** Follows a Pod's log until it holds the text; the whole log until then. */
async function logged(name: string, wanted: string): Promise<string> {
  return until(
    async () => (await cluster.kubectlEnded(`logs ${name}`)).stdout,
    (log) => log.includes(wanted),
  );
}

test('R1: a Pod reaches the API server with its token: it may nothing at first, and what a RoleBinding allows then', async (context) => {
  context.skip(!mayOpenLowPorts, 'the kubernetes Service listens on 443, which this machine gives to root alone');
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const script = `
    ask() { curl -s --cacert ${folder}/ca.crt -H "Authorization: Bearer $(cat ${folder}/token)" "$1"; echo; }
    ls ${folder}; cat ${folder}/namespace; echo
    ask https://kubernetes.default.svc/api/v1/namespaces/default/pods
    until ask https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT/api/v1/namespaces/default/pods | grep '"kind": "PodList"'; do sleep 0.1; done
    wget -qO- --no-check-certificate --header "Authorization: Bearer $(cat ${folder}/token)" https://kubernetes.default/apis/apps/v1
    curl -s https://kubernetes.default.svc/version || echo "refused with $?"`;
  await apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } },
    pod('lister', script, { serviceAccountName: 'robot' }),
  );
  const before = await logged('lister', 'forbidden');
  expect(before).toContain('ca.crt\nnamespace\ntoken\ndefault\n');
  expect(before).toContain('User \\"system:serviceaccount:default:robot\\" cannot list resource \\"pods\\"');
  await cluster.kubectl('create rolebinding robots --clusterrole=view --serviceaccount=default:robot');
  // Only the exit code of a certificate that nobody vouches for tells the end.
  const after = await logged('lister', 'refused with 60');
  expect(after).toContain('"kind": "PodList"');
  expect(after).toContain('"groupVersion": "apps/v1"');
  expect(await cluster.kubectl('describe pod lister')).toContain('/var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-');
});

test('R1: a Pod waits for what it refers to, starts when it is there, and sees it change', async () => {
  await apply(
    pod(
      'follower',
      'until grep -q two /site/title; do cat /site/title; echo; sleep 0.1; done; cat /site/title /fixed; echo " $TOKEN"',
      { volumes: [{ name: 'site', configMap: { name: 'site' } }] },
      {
        env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } }],
        volumeMounts: [
          { name: 'site', mountPath: '/site' },
          { name: 'site', mountPath: '/fixed', subPath: 'title' },
        ],
      },
    ),
  );
  const events = (): Promise<string> => cluster.kubectl('get events --field-selector involvedObject.name=follower');
  await until(events, (said) => said.includes('MountVolume.SetUp failed for volume "site" : configmap "site" not found'));
  await cluster.kubectl('create configmap site --from-literal=title=one');
  await until(events, (said) => said.includes('Error: secret "keys" not found'));
  expect(await cluster.value('pod follower', '.status.containerStatuses[0].state.waiting.reason')).toBe('CreateContainerConfigError');
  await cluster.kubectl('create secret generic keys --from-literal=token=t0p');
  await logged('follower', 'one');
  await cluster.kubectl(['patch', 'configmap', 'site', '-p', '{"data":{"title":"two"}}']);
  expect(await logged('follower', 't0p')).toMatch(/^(one\n)+twoone t0p\n$/);
});
