import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folder, ImageFixture } from './image.fixture.ts';

let pod: ImageFixture;
beforeEach(() => {
  pod = new ImageFixture();
});
afterEach(() => pod[Symbol.asyncDispose]());

describe('nginx', () => {
  test('welcomes on port 80, whatever the manifest declares, and logs in its own format', async () => {
    const nginx = await pod.start('nginx:1.29', [], { ports: [{ containerPort: 9999, protocol: 'TCP' }] });
    await nginx.said('start worker processes');
    const { status, text, headers } = await pod.get(80, '/', { headers: { 'user-agent': 'curl/8.5.0' } });
    expect([status, headers.server, headers['content-type']]).toEqual([200, 'nginx/1.29.1', 'text/html']);
    expect(text).toContain('<title>Welcome to nginx!</title>');
    const missing = await pod.get(80, '/nothing');
    expect(missing.status).toBe(404);
    expect(missing.text).toContain('<center><h1>404 Not Found</h1></center>');
    await nginx.said('GET /nothing');
    expect(nginx.out).toMatch(
      /^10\.244\.0\.9 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/ HTTP\/1\.1" 200 \d+ "-" "curl\/8\.5\.0" "-"$/m,
    );
    nginx.container.signal('SIGQUIT');
    expect(await nginx.exitCode()).toBe(0);
  });

  test('serves what is mounted in its html folder, and nothing beside it', async () => {
    const files = await folder({ '/index.html': 'mounted', '/css/site.css': 'body {}' });
    const nginx = await pod.start('nginx', [], { mounts: [{ path: '/usr/share/nginx/html', files, readOnly: true }] });
    await nginx.said('start worker processes');
    expect(await pod.get(80)).toMatchObject({ status: 200, text: 'mounted' });
    const css = await pod.get(80, '/css/site.css');
    expect(css).toMatchObject({ text: 'body {}', headers: { 'content-type': 'text/css' } });
    expect((await pod.get(80, '/css/site.css', { headers: { 'if-none-match': css.headers.etag ?? '' } })).status).toBe(304);
    expect((await pod.get(80, '/css')).headers.location).toBe('/css/');
    expect((await pod.get(80, '/css/')).status).toBe(403);
    for (const path of ['/../../../etc/hostname', '/%2e%2e/%2e%2e/etc/hostname', '/%00', '/%zz'])
      expect((await pod.get(80, path)).status).toBeGreaterThanOrEqual(400);
    expect((await pod.get(80, '/', { method: 'POST', body: 'x' })).status).toBe(405);
  });

  test('what kubectl exec writes into its html folder is served', async () => {
    const nginx = await pod.start('nginx');
    await nginx.said('start worker processes');
    const streams = { stdout: () => {}, stderr: () => {}, signal: new AbortController().signal };
    expect(await nginx.container.exec(['sh', '-c', 'echo hello > /usr/share/nginx/html/index.html'], streams)).toBe(0);
    expect((await pod.get(80)).text).toBe('hello\n');
  });

  test('a mounted configuration chooses ports, folders, fixed answers and a server behind it', async () => {
    const conf = `
      # two servers
      server {
        listen 8080 default_server;
        root /srv;
        location = /health { return 200 "fine\\n"; }
        location /old { return 301 /new; }
        location /api/ { proxy_pass http://web:8081/v1/; }
        location /files/ { alias /data/; }
      }
      server { listen 127.0.0.1:8081; location / { return 200 'behind: $uri'; } }`;
    const mounts = [
      { path: '/etc/nginx/conf.d', files: await folder({ '/site.conf': conf, '/notes.txt': 'not { a config' }), readOnly: true },
      { path: '/srv', files: await folder({ '/index.html': 'root' }), readOnly: true },
      { path: '/data', files: await folder({ '/a.txt': 'aliased' }), readOnly: true },
    ];
    const nginx = await pod.start('nginx', [], { mounts });
    await nginx.said('start worker processes');
    expect((await pod.get(8080)).text).toBe('root');
    expect((await pod.get(8080, '/health')).text).toBe('fine\n');
    expect(await pod.get(8080, '/old/x')).toMatchObject({ status: 301, headers: { location: '/new' } });
    expect((await pod.get(8080, '/api/users')).text).toBe('behind: $uri');
    expect((await pod.get(8080, '/files/a.txt')).text).toBe('aliased');
  });

  test('a broken configuration ends it with its own words', async () => {
    const mounts = [{ path: '/etc/nginx/conf.d', files: await folder({ '/site.conf': 'server {\n listen 80;\n' }), readOnly: true }];
    const nginx = await pod.start('nginx', [], { mounts });
    expect(await nginx.exitCode()).toBe(1);
    expect(nginx.err).toContain('nginx: [emerg] unexpected end of file, expecting "}" in /etc/nginx/conf.d/site.conf:2');
  });

  test('a second one in the Pod does not get the port', async () => {
    await (await pod.start('nginx', [], { name: 'a' })).said('start worker');
    const second = await pod.start('nginx', [], { name: 'b' });
    expect(await second.exitCode()).toBe(1);
    expect(second.err).toBe('nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n');
  });

  test('arguments alone are a command, as its entry point takes them', async () => {
    const shell = await pod.start('nginx', ['sh', '-c', 'echo in the shell']);
    expect(await shell.exitCode()).toBe(0);
    expect(shell.out).toBe('in the shell\n');
    await expect(pod.start('nginx', [], { command: ['nosuch'] })).rejects.toThrow('exec: "nosuch": executable file not found in $PATH');
  });

  test('its sibling for ordinary users listens on 8080', async () => {
    await (await pod.start('nginxinc/nginx-unprivileged:1.29')).said('start worker');
    expect((await pod.get(8080)).status).toBe(200);
  });
});

test('httpd works, serves its htdocs with lists, and logs in the common format', async () => {
  const httpd = await pod.start('httpd:2.4');
  await httpd.said('resuming normal operations');
  expect((await pod.get(80)).text).toBe('<html><body><h1>It works!</h1></body></html>\n');
  expect((await pod.get(80, '/x<y>')).text).toContain('The requested URL was not found on this server.');
  await httpd.said('" 404');
  expect(httpd.out).toMatch(/^10\.244\.0\.9 - - \[.*\] "GET \/ HTTP\/1\.1" 200 45$/m);
  await using other = new ImageFixture();
  const files = await folder({ '/a.txt': 'A', '/sub/b.txt': 'B' });
  const listing = await other.start('httpd', [], { mounts: [{ path: '/usr/local/apache2/htdocs', files, readOnly: true }] });
  await listing.said('resuming');
  expect((await other.get(80)).text).toContain('<li><a href="a.txt"> a.txt</a></li>');
});

test('caddy serves its page, and what a Caddyfile says', async () => {
  await (await pod.start('caddy')).said('serving initial configuration');
  expect((await pod.get(80)).text).toContain('Caddy works!');
  await using other = new ImageFixture();
  const files = await folder({ '/Caddyfile': ':8080 {\n  respond "hi there" 202\n}\n:8081 {\n  reverse_proxy web:8080\n}\n' });
  const caddy = await other.start('caddy', [], { mounts: [{ path: '/etc/caddy', files, readOnly: true }] });
  await caddy.said('serving');
  expect(await other.get(8080)).toMatchObject({ status: 202, text: 'hi there' });
  expect((await other.get(8081)).text).toBe('hi there');
});

describe('who and where', () => {
  test('traefik/whoami', async () => {
    const whoami = await pod.start('traefik/whoami:v1.11', ['--name', 'blue'], { env: { WHOAMI_PORT_NUMBER: '8000' } });
    await whoami.said('Starting up on port 8000');
    const { text } = await pod.get(8000, '/path?x=1', { headers: { accept: '*/*' } });
    expect(text).toMatch(
      /^Name: blue\nHostname: web-1\nIP: 127\.0\.0\.1\nIP: 10\.244\.0\.5\nRemoteAddr: 10\.244\.0\.9:\d+\nGET \/path\?x=1 HTTP\/1\.1\r\nHost: 10\.244\.0\.5:8000\r\nAccept: \*\/\*\r\nConnection: close\r\n\r\n$/,
    );
    expect(JSON.parse((await pod.get(8000, '/api')).text)).toMatchObject({
      hostname: 'web-1',
      ip: ['127.0.0.1', '10.244.0.5'],
      url: '/api',
      method: 'GET',
      name: 'blue',
    });
    expect((await pod.get(8000, '/bench')).text).toBe('1');
    expect((await pod.get(8000, '/data?size=28')).text).toBe('|ABCDEFGHIJKLMNOPQRSTUVWXYZ|');
    expect((await pod.get(8000, '/data?size=1&unit=KB')).text.length).toBe(1024);
    expect((await pod.get(8000, '/health')).status).toBe(200);
    await pod.get(8000, '/health', { method: 'POST', body: '503' });
    expect((await pod.get(8000, '/health')).status).toBe(503);
    await expect(pod.start('traefik/whoami', [], { command: ['sh'] })).rejects.toThrow('exec: "sh": executable file not found in $PATH');
  });

  test('hashicorp/http-echo', async () => {
    const echo = await pod.start('hashicorp/http-echo', ['-text=apple', '-listen', ':5679']);
    await echo.said('server is listening on :5679');
    expect(await pod.get(5679, '/any')).toMatchObject({ text: 'apple\n', headers: { 'x-app-name': 'http-echo' } });
    expect((await pod.get(5679, '/health')).text).toBe('{"status":"ok"}\n');
    const wrong = await pod.start('hashicorp/http-echo', ['-test=apple']);
    expect([await wrong.exitCode(), wrong.err]).toEqual([2, 'flag provided but not defined: -test\n']);
  });

  test.each([
    ['gcr.io/google-samples/hello-app:2.0', 8080, 'Hello, world!\nVersion: 2.0.0\nHostname: web-1\n'],
    ['us-docker.pkg.dev/google-samples/containers/gke/hello-app', 8080, 'Hello, world!\nVersion: 1.0.0\nHostname: web-1\n'],
    ['gcr.io/google-samples/node-hello:1.0', 8080, 'Hello Kubernetes!'],
    ['gcr.io/google-samples/kubernetes-bootcamp:v2', 8080, 'Hello Kubernetes bootcamp! | Running on: web-1 | v=2\n'],
    ['kicbase/echo-server:1.0', 8080, 'Request served by web-1\n\nGET / HTTP/1.1\n\nHost: 10.244.0.5:8080\nConnection: close\n'],
    ['registry.k8s.io/hpa-example', 80, 'OK!'],
  ])('%s on %i', async (image, port, text) => {
    await pod.start(image);
    expect(await until(() => pod.get(port))).toMatchObject({ status: 200, text });
  });

  test.each([
    ['ealen/echo-server', 80, '"originalUrl":"/a?b=c"'],
    ['mendhak/http-https-echo:37', 8080, '"path": "/a"'],
    ['nginxdemos/hello:plain-text', 80, 'Server address: 10.244.0.5:80\nServer name: web-1\nDate: '],
    ['nginxdemos/hello', 80, '<span>Server name:</span> <span>web-1</span>'],
    ['registry.k8s.io/echoserver:1.4', 8080, '\treal path=/a?b=c\n\tquery=b=c\n'],
  ])('%s on %i', async (image, port, part) => {
    await pod.start(image);
    const { status, text } = await until(() => pod.get(port, '/a?b=c'));
    expect(status).toBe(200);
    expect(text).toContain(part);
  });

  test('ealen/echo-server answers as it is asked to', async () => {
    await pod.start('ealen/echo-server', [], { env: { PORT: '3000', WHO: 'me' } });
    expect(await until(() => pod.get(3000, '/?echo_code=404&echo_body=gone&echo_header=a:b'))).toMatchObject({
      status: 404,
      text: '"gone"',
      headers: { a: 'b' },
    });
    expect((await pod.get(3000, '/?echo_env_body=WHO')).text).toBe('"me"');
  });

  test('paulbouwer/hello-kubernetes shows its message without letting markup through', async () => {
    await pod.start('paulbouwer/hello-kubernetes:1.10', [], { env: { MESSAGE: 'Hi <b>' } });
    const { text } = await until(() => pod.get(8080));
    expect(text).toContain('Hi &#60;b&#62;');
    expect(text).toContain('<td>web-1</td>');
  });
});

test('podinfo: health and readiness that can be switched, errors, delays, echo, metrics', async () => {
  const podinfo = await pod.start('ghcr.io/stefanprodan/podinfo:6.7.0', ['./podinfo', '--ui-message=hello']);
  await podinfo.said('Starting podinfo');
  expect(JSON.parse((await pod.get(9898)).text)).toMatchObject({ hostname: 'web-1', version: '6.7.0', message: 'hello' });
  expect(await pod.get(9898, '/healthz')).toMatchObject({ status: 200, text: '{\n  "status": "OK"\n}\n' });
  expect((await pod.get(9898, '/readyz')).status).toBe(200);
  expect((await pod.get(9898, '/readyz/disable', { method: 'POST' })).status).toBe(202);
  expect((await pod.get(9898, '/readyz')).status).toBe(503);
  expect((await pod.get(9898, '/status/418')).status).toBe(418);
  expect((await pod.get(9898, '/delay/x')).status).toBe(400);
  expect(await pod.get(9898, '/echo', { method: 'POST', body: '{"a":1}' })).toMatchObject({ status: 202, text: '{"a":1}' });
  await pod.get(9898, '/healthz');
  expect((await pod.get(9898, '/metrics')).text).toContain('http_requests_total{method="GET",path="/status/418",status="418"} 1');
});

/** What is started has to listen first; it does within a turn or two. */
async function until<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
