import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { type RealCluster, ROOT, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/until.ts';

const POLICY = join(ROOT, 'examples/operations/audit-policy.yaml');

describe('the API server, as who runs it sees it', () => {
  let cluster: RealCluster;
  const folder = mkdtempSync(join(tmpdir(), 'kubernats-tokens-'));
  const tokens = join(folder, 'tokens.csv');
  beforeAll(async () => {
    writeFileSync(tokens, 'let-me-in,ann,u-1,"devs,ops"\n');
    cluster = await realCluster({ nodes: 0, flags: ['--audit-policy-file', POLICY, '--token-auth-file', tokens] });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const port = () => Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(cluster.kubeconfig, 'utf8'))?.[1]);
  const raw = (path: string) => cluster.kubectl(['get', '--raw', path]);
  const auditLog = () => {
    const file = join(cluster.home, cluster.name, 'logs/audit.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };

  test('R1: health and metrics by kubectl', async () => {
    expect(await raw('/readyz')).toBe('ok');
    expect(await raw('/readyz?verbose&exclude=state')).toMatch(
      /\[\+\]state excluded: ok\n(?:.*\n)*\[\+\]shutdown ok\nreadyz check passed\n$/,
    );
    expect(await raw('/livez/ping')).toBe('ok');
    const metrics = await raw('/metrics');
    expect(metrics).toMatch(/^apiserver_request_total\{verb="GET",.*subresource="\/readyz",.*code="200"\} [2-9]/m);
    expect(metrics).toMatch(/^process_cpu_seconds_total /m);
  });

  test('R1: who asks for YAML is answered in YAML', async () => {
    const token = await cluster.kubectl('create token default');
    const asked = request({
      host: '127.0.0.1',
      port: port(),
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      method: 'POST',
      rejectUnauthorized: false,
      headers: { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/json', accept: 'application/yaml' },
    }).end('{}');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(await text(answer)).toMatch(
      /^apiVersion: authentication\.k8s\.io\/v1\nkind: SelfSubjectReview\n[\s\S]*username: system:serviceaccount:default:default\n/,
    );
  });

  test('R1: the example of an audit policy: what changes is written, by people and components, and no Secret', async () => {
    await cluster.kubectl('create secret generic s --from-literal=password=hunter2');
    await cluster.kubectl('create role reader --verb=get --resource=pods');
    await cluster.kubectl('delete role reader');
    await until(() => /"verb":"delete".*"name":"reader"/.test(auditLog()));
    const log = auditLog();
    expect(log).not.toContain('hunter2');
    expect(log).toMatch(/"level":"Metadata".*"verb":"create".*"resource":"secrets".*"name":"s"/);
    expect(log).toMatch(/"level":"RequestResponse".*"resource":"roles".*"requestObject":\{.*"responseObject":\{/);
    expect(log).toContain('"username":"system:kube-controller-manager"');
    expect(log).not.toContain('RequestReceived');
  });

  test('R1: a static token lets its user in; a file with a mistake is refused by its line', async () => {
    const server = /server: (\S+)/.exec(readFileSync(cluster.kubeconfig, 'utf8'))?.[1];
    const flags = ['--kubeconfig=/dev/null', `--server=${server}`, '--insecure-skip-tls-verify', '--token=let-me-in'];
    const user = await cluster.kubectl([...flags, 'auth', 'whoami', '--output=jsonpath={.status.userInfo}']);
    expect(JSON.parse(user)).toEqual({ username: 'ann', uid: 'u-1', groups: ['devs', 'ops', 'system:authenticated'] });
    writeFileSync(tokens, 'let-me-in,ann,u-1\n\nsecret,bob\n');
    const refused = await cluster.kubernats('up', '--ephemeral', '--name', 'refused', '--token-auth-file', tokens);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`${tokens}: line 3: must have at least 3 columns (token, user name, user uid), found 2`);
    expect(refused.stderr).not.toContain('secret,');
  });

  test('certificates are renewed while the cluster runs', async () => {
    const serial = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: port(), rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        });
        socket.once('error', reject);
      });
    const before = await serial();
    expect((await cluster.kubernats('certs', 'check-expiration')).stdout).toMatch(
      /^apiserver +\w{3} \d\d, \d{4} \d\d:\d\d UTC +364d +ca +no\nfront-proxy-client .* front-proxy-ca +no$/m,
    );
    const proxies = 'get configmap extension-apiserver-authentication --namespace kube-system --output jsonpath={.data}';
    expect(JSON.parse(await cluster.kubectl(proxies))).toMatchObject({ 'requestheader-allowed-names': '["front-proxy-client"]' });
    const renewed = await cluster.kubernats('certs', 'renew', 'all');
    expect(renewed.stdout).toContain(
      'certificate for serving the Kubernetes API renewed\ncertificate for the front proxy client renewed\n',
    );
    expect((await cluster.kubernats('certs', 'renew', 'etcd-server')).code).toBe(2);
    await until(async () => (await serial()) !== before);
    expect(await raw('/readyz')).toBe('ok');
  });
});
