// The cluster in containers, with this machine's Docker: five nodes, and a Deployment with a node port.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ComposeCluster, composeCluster } from './compose-cluster.ts';

const ALL_NODES = 'node1 node2 node3 node4 node5';
const READY_NODES = `kubectl get nodes --no-headers | awk '$2 == "Ready" { print $1 }' | xargs`;
const HOSTS = `kubectl get pods --selector app=web --output jsonpath='{range .items[*]}{.spec.nodeName}{"\\n"}{end}' | sort --unique | xargs`;
const PUBLISHED = 'curl --silent --max-time 10 http://127.0.0.1:30001';

let cluster: ComposeCluster;

beforeAll(async () => {
  // A Node goes as soon as it counts as unknown.
  cluster = await composeCluster({ KUBERNATS_RELEASE_NODES_AFTER: '1ms' });
  await scale(5);
  await cluster.sh(`kubectl create deployment web --image=kubernats/echo --port=8080 --replicas=5
    kubectl create service nodeport web --tcp=8080 --node-port=30001
    kubectl rollout status deployment/web --timeout=180s`);
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

const scale = async (nodes: number): Promise<void> => {
  await cluster.sh(`docker compose up --detach --scale kubelet-sim=${nodes}`);
  await cluster.until('kubectl get nodes --no-headers | wc -l', String(nodes));
  await cluster.until(`${READY_NODES} | wc -w`, String(nodes));
};

const jsonpath = async (what: string, path: string): Promise<string[]> =>
  (await cluster.sh(`kubectl get ${what} --output jsonpath='${path}'`)).split(' ').filter((each) => each !== '');

const ranges = async (): Promise<string> => (await jsonpath('nodes', '{.items[*].spec.podCIDR}')).sort().join(' ');

test('R4: Pods reach each other across nodes from their own addresses; so they do Services, by name, and node ports of every node', async () => {
  const { sh, until } = cluster;
  await sh(`kubectl run client --image=busybox --overrides='{"spec":{"nodeSelector":{"hostname":"node1"}}}' -- sleep 100000
    kubectl wait --for=condition=Ready pod/client --timeout=180s`);
  try {
    const [client = ''] = await jsonpath('pod/client', '{.status.podIP}');
    expect(client).toMatch(/^10\.244\.\d+\.\d+$/);
    const get = (url: string): Promise<string> => sh(`kubectl exec client -- wget -qO- ${url}`);
    // Of Pods that were started again a moment ago the API may know the addresses of before.
    await until(
      `for ip in $(kubectl get pods --selector app=web --output jsonpath='{.items[*].status.podIP}')
       do kubectl exec client -- wget -qO- http://$ip:8080 | grep ^client:; done | sort | uniq --count | xargs`,
      `5 client: ${client}`,
    );
    expect(await get('http://web.default.svc.cluster.local:8080')).toContain(`client: ${client}\n`);
    const nodes = await jsonpath('nodes', '{.items[*].status.addresses[0].address}');
    expect(new Set(nodes).size).toBe(5);
    for (const node of nodes) expect(await get(`http://${node}:30001`)).toContain('pod: web-');
    expect(await sh(PUBLISHED)).toContain('pod: web-');
    expect(await sh('kubectl get --raw /api/v1/namespaces/default/services/web:8080/proxy/')).toContain('"pod": "web-');
  } finally {
    await sh('kubectl delete pod client --now');
  }
});

test('S4: a node port that is not published is refused, and none is given out', async () => {
  const { sh } = cluster;
  const create = (name: string, ...flags: string[]) => sh(`kubectl create service nodeport ${name} --tcp=8080 ${flags.join(' ')} 2>&1`);
  await expect(create('far', '--node-port=30032')).rejects.toThrow('The range of valid ports is 30000-30031');
  await create('any');
  const [port] = await jsonpath('service/any', '{.spec.ports[0].nodePort}');
  expect(Number(port)).toBeLessThanOrEqual(30_031);
  await sh('kubectl delete service any');
});

test('R2: a node whose container stops and starts is the same node', async () => {
  const { sh, until } = cluster;
  const identity = `kubectl get node node2 --output jsonpath='{.metadata.uid} {.spec.podCIDR}'`;
  const owner = `kubectl get node node2 --output jsonpath='{.metadata.annotations.kubernats\\.dev/owner}'`;
  const before = await sh(identity);
  const [address = ''] = await jsonpath('node/node2', '{.status.addresses[0].address}');
  const containers = await sh(
    `docker compose ps --quiet | xargs docker inspect --format '{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'`,
  );
  const [container = ''] = /\S+/.exec(containers.split('\n').find((line) => line.endsWith(` ${address}`)) ?? '') ?? [];
  await sh(`docker stop ${container}`);
  await until(owner, '');
  await sh(`docker start ${container}`);
  await until(owner, /\S/);
  expect(await sh(identity)).toBe(before);
  await until(READY_NODES, ALL_NODES);
});

test('R4: what was taken down is found by the next up: nodes with their names and ranges, and what ran on them', async () => {
  const { sh, until } = cluster;
  const before = await ranges();
  await sh('docker compose down');
  await scale(5);
  await until(READY_NODES, ALL_NODES);
  expect(await ranges()).toBe(before);
  await until(PUBLISHED, /pod: web-/);
  // What is up already stays as it is.
  const ids = await sh('docker compose ps --quiet');
  await scale(5);
  expect(await sh('docker compose ps --quiet')).toBe(ids);
});

test('R4: scaling down is a loss of nodes: they go with their ranges, what ran on them is made anew on those that are left, and others may come', async () => {
  const { sh, until } = cluster;
  await scale(2);
  const left = (await sh(READY_NODES)).trim();
  await until(HOSTS, left);
  await sh('kubectl rollout status deployment/web --timeout=180s');
  expect(await sh(PUBLISHED)).toContain('pod: web-');
  await scale(5);
  await until(READY_NODES, ALL_NODES);
  expect(new Set((await ranges()).split(' ')).size).toBe(5);
});
