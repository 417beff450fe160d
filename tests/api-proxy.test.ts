import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curl } from './support/http.ts';
import { until } from './support/until.ts';

/** A dashboard: a page with a link, a login that redirects, what it was sent, news as they come, and a WebSocket that echoes. */
const DASHBOARD = `
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { defineImage, untilStopped } from '@kubernats/image';

const answers = {
  '/': (request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<a href="/login">log in</a>'),
  '/login': (request, response) => response.writeHead(302, { location: '/home' }).end(),
  '/who': (request, response) => response.end(request.headers.authorization ?? 'nobody'),
  '/echo': (request, response) => request.pipe(response),
  '/news': (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\\n\\n');
    response.on('close', () => console.log('the reader has gone'));
  },
};

function webSocket(request, socket) {
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  socket.on('data', (frame) => {
    if ((frame[0] & 15) === 8) return socket.end(Buffer.from([0x88, 0]));
    const text = frame.subarray(6).map((byte, i) => byte ^ frame[2 + (i % 4)]);
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  });
}

export default defineImage({
  names: ['demo/dashboard'],
  async run(context) {
    const server = createServer((request, response) => {
      const answer = answers[request.url.split('?', 1)[0]];
      if (answer) answer(request, response);
      else response.writeHead(404).end(request.method + ' ' + request.url);
    });
    server.on('upgrade', webSocket);
    await context.network.listen({ host: '0.0.0.0', port: 8080 }, (connection) => server.emit('connection', connection));
    return untilStopped(context);
  },
});
`;

const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: demo/dashboard
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { port: http }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 9000, targetPort: http }] }
---
apiVersion: v1
kind: Service
metadata: { name: dashboard, namespace: kube-system, labels: { kubernetes.io/cluster-service: 'true', kubernetes.io/name: Dashboard } }
spec: { ports: [{ port: 9000 }] }
---
apiVersion: v1
kind: Service
metadata: { name: by-hand }
spec: { ports: [{ port: 9000 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: by-hand, labels: { kubernetes.io/service-name: by-hand } }
addressType: IPv4
ports: [{ port: 6443 }]
endpoints: [{ addresses: [127.0.0.1] }]
`;

const SERVICES = '/api/v1/namespaces/default/services';

describe('S2: an operator reaches what is inside the cluster', () => {
  let cluster: RealCluster;
  let images: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    images = mkdtempSync(join(tmpdir(), 'kubernats-images-'));
    writeFileSync(join(images, 'dashboard.ts'), DASHBOARD);
    cluster = await realCluster({ nodes: 1, flags: ['--images', images] });
    await cluster.kubectl('apply -f -', { input: MANIFEST });
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
    await cluster.kubectl('create rolebinding viewer --clusterrole=view --user=vi');
    await cluster.kubectl('create rolebinding editor --clusterrole=edit --user=ed');
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await cluster[Symbol.asyncDispose]();
    rmSync(images, { recursive: true, force: true });
  });

  /** A kubectl that goes on, once it has said what is waited for. */
  async function running(args: string, says: RegExp): Promise<{ child: ChildProcess; said: RegExpExecArray }> {
    const env = { ...process.env, HOME: cluster.home, KUBECONFIG: cluster.kubeconfig };
    const child = spawn('kubectl', args.split(' '), { env });
    children.push(child);
    let text = '';
    const said = await new Promise<RegExpExecArray>((resolve, reject) => {
      // It goes on talking: nobody may close its mouth.
      child.stdout.on('data', (chunk) => {
        text += String(chunk);
        const found = says.exec(text);
        if (found) resolve(found);
      });
      child.on('exit', () => reject(new Error(`kubectl ${args} ended: ${text}`)));
    });
    return { child, said };
  }

  const raw = (path: string, ...args: string[]) => cluster.kubectlEnded(['get', '--raw', path, ...args]);

  describe('with kubectl proxy', () => {
    let host: string;
    beforeAll(async () => {
      const { said } = await running('proxy --port=0', /Starting to serve on (\S+)/);
      host = said[1] ?? '';
    });
    const at = (path: string) => `http://${host}${SERVICES}/web:http/proxy${path}`;

    test('a page is found without its last slash, and its links and redirects lead back through the proxy', async () => {
      const page = await fetch(at(''));
      expect([page.url, page.redirected, await page.text()]).toEqual([
        at('/'),
        true,
        `<a href="${SERVICES}/web:http/proxy/login">log in</a>`,
      ]);
      const login = await fetch(at('/login'));
      expect([login.url, login.status, await login.text()]).toEqual([at('/home'), 404, 'GET /home']);
    });

    test('a large body goes there and comes back, with any verb', async () => {
      const body = 'x'.repeat(4_000_000);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await fetch(at('/echo?x=y'), { method, body });
        expect(await answer.text()).toBe(body);
      }
    });

    test('news come as they are told, and a reader who goes away is gone at the Pod as well', async () => {
      const reader = new AbortController();
      const answer = await fetch(at('/news'), { signal: reader.signal });
      const first = await answer.body?.getReader().read();
      expect(new TextDecoder().decode(first?.value)).toBe('data: first\n\n');
      reader.abort();
      const says = 'logs -l app=web --prefix=false -f --tail=-1 --max-log-requests=5';
      const { child } = await running(says, /the reader has gone/);
      child.kill();
    });

    test('a WebSocket', async () => {
      const socket = new WebSocket(at('/ws').replace('http', 'ws'));
      await once(socket, 'open');
      socket.send('hello');
      const [{ data }] = await once(socket, 'message');
      expect(data).toBe('hello');
      socket.close();
    });

    test('one Pod', async () => {
      const pod = await cluster.value('pods -l app=web', '.items[0].metadata.name');
      const answer = await curl(`http://${host}/api/v1/namespaces/default/pods/${pod}:http/proxy/there?x=y`);
      expect(answer).toBe('GET /there?x=y');
    });
  });

  test('with kubectl get --raw, by the name of the port or its number; a port that has a name needs one', async () => {
    for (const name of ['web:http', 'web:9000', 'http:web:http'])
      expect((await raw(`${SERVICES}/${name}/proxy/who`)).stdout).toBe('nobody');
    const { stderr } = await raw(`${SERVICES}/web/proxy/who`);
    expect(stderr).toBe('Error from server (ServiceUnavailable): no endpoints available for service "web"\n');
  });

  test('kubectl cluster-info shows the way', async () => {
    const url = (await cluster.kubectl('config view -o jsonpath={.clusters[0].cluster.server}')).trim();
    // kubectl writes in colours.
    const text = (await cluster.kubectl('cluster-info')).replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
    expect(text).toContain(`Dashboard is running at ${url}/api/v1/namespaces/kube-system/services/dashboard/proxy\n`);
  });

  test('who may edit may; who may view may not', async () => {
    const path = `${SERVICES}/web:http/proxy/who`;
    expect((await raw(path, '--as=ed')).stdout).toBe('nobody');
    const { code, stderr } = await raw(path, '--as=vi');
    expect([code, stderr]).toEqual([
      1,
      'Error from server (Forbidden): services "web:http" is forbidden: User "vi" cannot get resource "services/proxy" in API group "" in the namespace "default"\n',
    ]);
  });

  test('nobody reaches the machine itself by an address in an EndpointSlice', async () => {
    for (const name of ['by-hand', 'https:by-hand:9000']) {
      const { stderr } = await raw(`${SERVICES}/${name}/proxy/healthz`);
      expect(stderr).toBe(`Error from server (ServiceUnavailable): no endpoints available for service "${name}"\n`);
    }
  });

  test.each([
    ['svc/web', '9000'],
    ['svc/web', 'http'],
    ['deployment/web', '8080'],
    ['deployment/web', 'http'],
  ])('with kubectl port-forward %s :%s', async (what, port) => {
    const { child, said } = await running(`port-forward ${what} :${port}`, /127\.0\.0\.1:(\d+) -> 8080/);
    expect(await curl(`http://127.0.0.1:${said[1]}/who`)).toBe('nobody');
    child.kill();
  });

  test('port-forward to a Service without a selector, or a port that it has not, says so', async () => {
    const byHand = await cluster.kubectlEnded('port-forward svc/by-hand :9000');
    expect([byHand.code, byHand.stderr]).toEqual([
      1,
      expect.stringContaining("invalid service 'by-hand': Service is defined without a selector"),
    ]);
    const wrong = await cluster.kubectlEnded('port-forward svc/web :9001');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Service web does not have a service port 9001')]);
  });

  test('when the Pods are gone, there are no endpoints', async () => {
    await cluster.kubectl('scale deployment/web --replicas=0');
    const path = `${SERVICES}/web:http/proxy/who`;
    const answer = await until(
      () => raw(path),
      ({ stderr }) => stderr.includes('no endpoints'),
    );
    expect(answer.stderr).toBe('Error from server (ServiceUnavailable): no endpoints available for service "web:http"\n');
  });
});
