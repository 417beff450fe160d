import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curl } from './support/http.ts';
import { until } from './support/until.ts';

const NODES = 2;

/** Ready as soon as somebody says so: `kubectl exec POD -- touch /tmp/ready`. */
const GATED = '{ exec: { command: [cat, /tmp/ready] }, periodSeconds: 1, timeoutSeconds: 60, failureThreshold: 1 }';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example/web:1, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 8000, targetPort: http }] }
`;

const pod = (name: string, app: string, port: number, probe?: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${app} } }
spec: { containers: [{ name: main, image: example/web:1, ports: [{ name: http, containerPort: ${port} }]${probe ? `, readinessProbe: ${probe}` : ''} }] }
`;

const service = (name: string, spec: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ${spec} }
`;

describe('Services', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster({ nodes: NODES });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const kubectl = (args: string): Promise<string> => cluster.kubectl(args);
  const apply = (...manifests: string[]): Promise<string> => cluster.kubectl('apply -f -', { input: manifests.join('---') });
  const clusterIp = (name: string): Promise<string> => cluster.value(`service ${name}`, '.spec.clusterIP');
  const podNames = async (app: string): Promise<string[]> =>
    (await cluster.kubectl(['get', 'pods', '-l', `app=${app}`, '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ').sort();
  const podOf = (answer: string): string => /^pod: (.*)$/m.exec(answer)?.[1] ?? '';

  const answers = (url: string): Promise<boolean> =>
    curl(url).then(
      () => true,
      () => false,
    );

  /** Calls the URL until each of the Pods has answered, and no other Pod does any more. */
  async function answeredBy(url: string, pods: readonly string[]): Promise<void> {
    for (const name of pods) await until(async () => podOf(await curl(url).catch(() => '')) === name);
    await until(async () => {
      const answered = await Promise.all(Array.from({ length: 4 * pods.length }, () => curl(url).catch(() => '')));
      return answered.every((answer) => pods.includes(podOf(answer)));
    });
  }

  test('S1: one address that never changes leads to the live Pods, from inside and outside, while Pods come and go', async () => {
    expect(await apply(WEB)).toBe('deployment.apps/web created\nservice/web created\n');
    await kubectl('rollout status deployment/web --timeout=180s');
    const ip = await clusterIp('web');
    const url = `http://${ip}:8000/`;
    await answeredBy(url, await podNames('web'));
    await kubectl('run client --image=busybox --command -- sleep 3600');
    await kubectl('wait --for=condition=Ready pod/client --timeout=180s');
    expect(await podNames('web')).toContain(podOf(await kubectl(`exec client -- wget -qO- ${url}`)));

    await kubectl('scale deployment/web --replicas=5');
    await kubectl('rollout status deployment/web --timeout=180s');
    await answeredBy(url, await podNames('web'));
    await kubectl('scale deployment/web --replicas=2');
    await kubectl('wait --for=jsonpath={.status.replicas}=2 deployment/web --timeout=180s');
    const old = await podNames('web');
    await kubectl(`delete pod ${old.join(' ')} --grace-period=1`);
    await kubectl('rollout status deployment/web --timeout=180s');
    const now = await podNames('web');
    expect(now.filter((name) => old.includes(name))).toEqual([]);
    await answeredBy(url, now);
    expect(await clusterIp('web')).toBe(ip);

    const change = ['patch', 'service', 'web', '-p', '{"spec":{"clusterIP":"None"}}'];
    expect((await cluster.kubectlEnded(change)).stderr).toBe(
      'The Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set\n',
    );
  });

  test('S3: a Pod that is not ready gets no connection, unless the Service asks for it', async () => {
    const spec = 'selector: { app: gated }, ports: [{ port: 8000, targetPort: http }]';
    await apply(
      pod('gated-1', 'gated', 8081, GATED),
      pod('gated-2', 'gated', 8082, GATED),
      service('gated', spec),
      service('eager', `${spec}, publishNotReadyAddresses: true`),
    );
    for (const name of ['gated-1', 'gated-2']) await kubectl(`wait --for=jsonpath={.status.phase}=Running pod/${name} --timeout=180s`);
    const [gated, eager] = [`http://${await clusterIp('gated')}:8000/`, `http://${await clusterIp('eager')}:8000/`];
    // The target port has one name, and another number in each Pod.
    await answeredBy(eager, ['gated-1', 'gated-2']);
    expect(await answers(gated)).toBe(false);
    await kubectl('exec gated-2 -- touch /tmp/ready');
    await answeredBy(gated, ['gated-2']);
    await kubectl('exec gated-1 -- touch /tmp/ready');
    await answeredBy(gated, ['gated-1', 'gated-2']);
    await kubectl('exec gated-2 -- rm /tmp/ready');
    await answeredBy(gated, ['gated-1']);
  });

  test('S4: a node port opens on every node, and closes with the type', async () => {
    await apply(
      pod('port', 'port', 8083),
      service('port', 'type: NodePort, selector: { app: port }, ports: [{ port: 8000, targetPort: http }]'),
    );
    await kubectl('wait --for=condition=Ready pod/port --timeout=180s');
    const ip = await clusterIp('port');
    const nodePort = await cluster.value('service port', '.spec.ports[0].nodePort');
    expect(await kubectl('get service port --no-headers')).toMatch(new RegExp(`^port +NodePort +${ip} +<none> +8000:${nodePort}/TCP `));
    const nodes = (await cluster.value('nodes', '.items[*].status.addresses[?(@.type=="InternalIP")].address')).split(' ');
    expect(nodes).toHaveLength(NODES);
    for (const host of [...nodes.map((node) => `${node}:${nodePort}`), `${ip}:8000`]) await answeredBy(`http://${host}/`, ['port']);

    await cluster.kubectl(['patch', 'service', 'port', '-p', '{"spec":{"type":"ClusterIP"}}']);
    for (const node of nodes) await until(async () => !(await answers(`http://${node}:${nodePort}/`)));
    await answeredBy(`http://${ip}:8000/`, ['port']);
    expect(await cluster.value('service port', '.spec.ports[0].nodePort')).toBe('');
  });

  test('S3: with session affinity a client stays with its Pod', async () => {
    await apply(
      pod('a', 'sticky', 8084),
      pod('b', 'sticky', 8085),
      service('sticky', 'selector: { app: sticky }, ports: [{ port: 8000, targetPort: http }], sessionAffinity: ClientIP'),
    );
    for (const name of ['a', 'b']) await kubectl(`wait --for=condition=Ready pod/${name} --timeout=180s`);
    const url = `http://${await clusterIp('sticky')}:8000/`;
    await until(() => answers(url));
    const first = podOf(await curl(url));
    const more = await Promise.all(Array.from({ length: 8 }, () => curl(url)));
    expect(new Set(more.map(podOf))).toEqual(new Set([first]));
    await kubectl(`delete pod ${first} --grace-period=1`);
    await answeredBy(url, [first === 'a' ? 'b' : 'a']);
  });

  test('Endpoints that a person writes for a Service without a selector are led to, and go with the Service', async () => {
    await apply(pod('manual', 'nobody-selects-it', 8086), service('manual', 'ports: [{ port: 8000 }]'));
    await kubectl('wait --for=condition=Ready pod/manual --timeout=180s');
    const ip = await cluster.value('pod manual', '.status.podIP');
    const endpoints = `
apiVersion: v1
kind: Endpoints
metadata: { name: manual }
subsets: [{ addresses: [{ ip: ${ip} }], ports: [{ port: 8086 }] }]
`;
    expect(await apply(endpoints)).toBe('endpoints/manual created\n');
    await answeredBy(`http://${await clusterIp('manual')}:8000/`, ['manual']);
    await kubectl('delete service manual');
    const left = () => kubectl('get endpointslices -l kubernetes.io/service-name=manual -o name');
    await until(async () => (await left()) === '');
    await kubectl('wait --for=delete endpoints/manual --timeout=180s');
  });

  test('R1: kubectl makes, exposes, lists and describes Services', async () => {
    await kubectl('create service clusterip inner --tcp=9000:8080');
    await kubectl('create service clusterip headless --clusterip=None');
    await kubectl('create service nodeport outer --tcp=9000:8080 --node-port=30123');
    await kubectl('create service loadbalancer balanced --tcp=9000');
    await kubectl('create service externalname elsewhere --external-name=example.com');
    await kubectl('create deployment shown --image=example/web:1 --port=8087 --replicas=2');
    await kubectl('rollout status deployment/shown --timeout=180s');
    await kubectl('expose deployment shown --name=exposed --port=8000 --target-port=8087');
    const twice = await cluster.kubectlEnded('create service nodeport again --tcp=9000 --node-port=30123');
    expect([twice.code, twice.stderr]).toEqual([
      1,
      'error: failed to create NodePort service: Service "again" is invalid: spec.ports[0].nodePort: Invalid value: 30123: provided port is already allocated\n',
    ]);
    const rows = (await kubectl('get services inner headless outer balanced elsewhere exposed -o wide --no-headers')).trim().split('\n');
    const IP = String.raw`127\.\d+\.\d+\.\d+`;
    const shapes = [
      `inner +ClusterIP +${IP} +<none> +9000/TCP +\\d+s +app=inner`,
      'headless +ClusterIP +None +<none> +<none> +\\d+s +app=headless',
      `outer +NodePort +${IP} +<none> +9000:30123/TCP +\\d+s +app=outer`,
      `balanced +LoadBalancer +${IP} +<pending> +9000:3\\d{4}/TCP +\\d+s +app=balanced`,
      'elsewhere +ExternalName +<none> +example.com +<none> +\\d+s +app=elsewhere',
      `exposed +ClusterIP +${IP} +<none> +8000/TCP +\\d+s +app=shown`,
    ];
    shapes.forEach((shape, i) => {
      expect(rows[i]).toMatch(new RegExp(`^${shape}$`));
    });
    const ips = (await cluster.kubectl(['get', 'pods', '-l', 'app=shown', '-o', 'jsonpath={.items[*].status.podIP}'])).split(' ');
    await until(async () => {
      const listed = await cluster.value('endpoints exposed', '.subsets[*].addresses[*].ip');
      return listed.split(' ').sort().join() === ips.toSorted().join();
    });
    const described = await kubectl('describe service exposed');
    expect(described).toMatch(/^Type: +ClusterIP$/m);
    expect(described).toMatch(/^TargetPort: +8087\/TCP$/m);
    for (const ip of ips) expect(described).toMatch(new RegExp(`^Endpoints: .*${ip}:8087`, 'm'));
    expect(await kubectl('describe service elsewhere')).toMatch(/^External Name: +example\.com$/m);
  });
});
