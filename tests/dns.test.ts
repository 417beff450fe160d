import { Resolver } from 'node:dns/promises';
import { type RealCluster, realCluster, run } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const db = (i: number): string => `
apiVersion: v1
kind: Pod
metadata: { name: db-${i}, labels: { app: db } }
spec:
  hostname: db-${i}
  subdomain: db
  terminationGracePeriodSeconds: 0
  containers:
    - name: db
      image: example/db:1
      ports: [{ name: sql, containerPort: 5432 }]
---
`;

const MANIFEST = `${db(0)}${db(1)}
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db }, ports: [{ name: sql, port: 5432 }] }
---
apiVersion: v1
kind: Service
metadata: { name: front }
spec: { selector: { app: db }, ports: [{ name: http, port: 8080, targetPort: sql }] }
---
apiVersion: v1
kind: Service
metadata: { name: alias }
spec: { type: ExternalName, externalName: front.default.svc.cluster.local }
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: main, image: busybox, command: [sleep, 1d] }]
---
apiVersion: v1
kind: Pod
metadata: { name: own }
spec:
  terminationGracePeriodSeconds: 0
  dnsPolicy: None
  dnsConfig: { nameservers: [127.0.0.9], searches: [db.default.svc.cluster.local], options: [{ name: ndots, value: '2' }] }
  containers: [{ name: main, image: busybox, command: [sleep, 1d] }]
`;

const SUFFIX = 'default.svc.cluster.local';

describe('cluster DNS', () => {
  let cluster: RealCluster;
  let resolver: Resolver;
  let server: { host: string; port: number };

  beforeAll(async () => {
    cluster = await realCluster({ nodes: 2 });
    const [, host = '', port = ''] = /^DNS: (\S+), port (\d+)$/m.exec((await cluster.kubernats('status')).stdout) ?? [];
    server = { host, port: Number(port) };
    resolver = new Resolver();
    resolver.setServers([`${host}:${port}`]);
    await cluster.kubectl(['apply', '-f', '-'], { input: MANIFEST });
    await cluster.kubectl('wait --for=condition=Ready pod --all --timeout=180s');
    await until(
      () => addresses(`db.${SUFFIX}`),
      (found) => found.length === 2,
    );
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  /** Without addresses there is no such name. */
  const addresses = (name: string): Promise<string[]> =>
    resolver.resolve4(name).then(
      (found) => found.sort(),
      () => [],
    );
  const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'found',
      (error: NodeJS.ErrnoException) => error.code,
    );
  const sh = async (script: string): Promise<string> => cluster.kubectl(['exec', 'client', '--', 'sh', '-c', script]);

  async function until<T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
    for (;;) {
      const value = await look();
      if (holds(value)) return value;
    }
  }

  test('S1: a Service has its name, its ports and its address, for whoever asks', async () => {
    const ip = await cluster.value('service front', '.spec.clusterIP');
    expect(await addresses(`front.${SUFFIX}`)).toEqual([ip]);
    expect(await resolver.resolveSrv(`_http._tcp.front.${SUFFIX}`)).toMatchObject([
      { name: `front.${SUFFIX}`, port: 8080, priority: 0, weight: 100 },
    ]);
    expect(await resolver.reverse(ip)).toEqual([`front.${SUFFIX}`]);
    expect(await resolver.resolveCname(`alias.${SUFFIX}`)).toEqual([`front.${SUFFIX}`]);
    expect(await addresses(`alias.${SUFFIX}`)).toEqual([ip]);
    expect(await resolver.resolveTxt('dns-version.cluster.local')).toEqual([['1.1.0']]);
    expect(await codeOf(resolver.resolve4(`nope.${SUFFIX}`))).toBe('ENOTFOUND');
    expect(await codeOf(resolver.resolve6(`front.${SUFFIX}`))).toBe('ENODATA');
    expect(await codeOf(resolver.resolve4(SUFFIX))).toBe('ENODATA');
  });

  test('kubectl shows where it is, as everywhere', async () => {
    expect(await cluster.kubectl('cluster-info')).toContain('CoreDNS');
    expect(await cluster.value('-n kube-system service kube-dns', '.spec.clusterIP')).toBe(server.host);
    const spec = { clusterIP: server.host, ports: [{ port: 8080 }] };
    const taken = { input: JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'thief' }, spec }) };
    expect((await cluster.kubectlEnded(['create', '-f', '-'], taken)).stderr).toContain('provided IP is already allocated');
  });

  test('a headless Service has the names of its Pods, and follows them', async () => {
    const ips = (await Promise.all([0, 1].map((i) => cluster.value(`pod db-${i}`, '.status.podIP')))).sort();
    expect(await addresses(`db.${SUFFIX}`)).toEqual(ips);
    const [first = ''] = await addresses(`db-0.db.${SUFFIX}`);
    expect(first).toBe(await cluster.value('pod db-0', '.status.podIP'));
    expect(await resolver.reverse(first)).toEqual([`db-0.db.${SUFFIX}`]);
    const targets = (await resolver.resolveSrv(`_sql._tcp.db.${SUFFIX}`)).map(({ name, port }) => `${name}:${port}`).sort();
    expect(targets).toEqual([`db-0.db.${SUFFIX}:5432`, `db-1.db.${SUFFIX}:5432`]);

    await cluster.kubectl('delete pod db-1');
    await until(
      () => addresses(`db.${SUFFIX}`),
      (found) => found.length === 1,
    );
    expect(await codeOf(resolver.resolve4(`db-1.db.${SUFFIX}`))).toBe('ENOTFOUND');
    await cluster.kubectl(['apply', '-f', '-'], { input: db(1) });
    await until(
      () => addresses(`db-1.db.${SUFFIX}`),
      (found) => found.length === 1,
    );
  });

  test('containers find names by their resolv.conf', async () => {
    expect(await sh('cat /etc/resolv.conf')).toContain(`search ${SUFFIX} svc.cluster.local cluster.local`);
    expect(await sh('curl -s http://front:8080/ | grep ^image')).toBe('image: example/db:1\n');
    expect(await sh('curl -s http://db-0.db:5432/ | head -1')).toBe('pod: db-0\n');
    expect(await sh('curl -s http://alias:8080/ | grep ^image')).toBe('image: example/db:1\n');
    expect(await sh('nslookup front')).toContain(
      `Name:\tfront.${SUFFIX}\nAddress: ${await cluster.value('service front', '.spec.clusterIP')}\n`,
    );
    expect((await cluster.kubectlEnded(['exec', 'client', '--', 'nslookup', 'nope'])).stdout).toContain("server can't find nope: NXDOMAIN");
    expect(await cluster.kubectl('exec db-0 -- hostname -f')).toBe(`db-0.db.${SUFFIX}\n`);
  });

  test('a Pod has the DNS that it asks for', async () => {
    expect(await cluster.kubectl('exec own -- cat /etc/resolv.conf')).toBe(
      'search db.default.svc.cluster.local\nnameserver 127.0.0.9\noptions ndots:2\n',
    );
    const script = `echo "search db.${SUFFIX}\nnameserver ${server.host}\noptions ndots:2" > /etc/resolv.conf; getent hosts db-0`;
    expect(await cluster.kubectl(['exec', 'own', '--', 'sh', '-c', script])).toMatch(new RegExp(`^127\\.\\S+ +db-0\\.db\\.${SUFFIX}\n$`));
  });

  test('dig is answered', async (context) => {
    const ask = (...args: string[]) => run('dig', [`@${server.host}`, '-p', String(server.port), ...args]);
    const version = await run('sh', ['-c', 'command -v dig']);
    context.skip(version.code !== 0, 'this machine has no dig');
    const ip = await cluster.value('service front', '.spec.clusterIP');
    expect((await ask('+short', `front.${SUFFIX}`)).stdout).toBe(`${ip}\n`);
    expect((await ask('+tcp', `FRONT.${SUFFIX}`)).stdout).toMatch(new RegExp(`^FRONT\\.${SUFFIX}\\.\\s+30\\s+IN\\s+A\\s+${ip}$`, 'm'));
    expect((await ask('+short', '-x', ip)).stdout).toBe(`front.${SUFFIX}.\n`);
    expect((await ask(`nope.${SUFFIX}`)).stdout).toMatch(/status: NXDOMAIN[\s\S]*IN\s+SOA\s+ns\.dns\.cluster\.local\./);
  });

  test('R2: it answers again when its process has been killed', async () => {
    const [, pid = ''] = /^service-proxy\s+(\d+)/m.exec((await cluster.kubernats('status')).stdout) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    await until(
      async () => (await cluster.kubernats('status')).stdout,
      (text) => /^service-proxy\s+\d+\s+yes\s+1\b/m.test(text),
    );
    expect(await addresses(`front.${SUFFIX}`)).toHaveLength(1);
    expect(await sh('curl -s http://db-0.db:5432/ | head -1')).toBe('pod: db-0\n');
  });
});
