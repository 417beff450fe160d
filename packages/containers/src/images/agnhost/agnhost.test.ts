import { connect as http2Connect } from 'node:http2';
import { SteppedClock } from '@kubernats/clock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folder, ImageFixture } from '../image.fixture.ts';

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
let pod: ImageFixture;
beforeEach(() => {
  pod = new ImageFixture();
});
afterEach(() => pod[Symbol.asyncDispose]());

test('pauses where nothing else is asked of it, and ends at SIGTERM', async () => {
  const paused = await pod.start(IMAGE);
  await paused.said('Paused');
  paused.container.signal('SIGTERM');
  expect(await paused.exitCode()).toBe(0);
});

test('netexec does what its paths say', async () => {
  const netexec = await pod.start(IMAGE, ['netexec', '--http-port=8080', '--udp-port=8081']);
  await netexec.said('Started HTTP server on port 8080');
  expect((await pod.get(8080)).text).toMatch(/^NOW: \d{4}-\d\d-\d\d /);
  expect((await pod.get(8080, '/hostname')).text).toBe('web-1');
  expect((await pod.get(8080, '/clientip')).text).toMatch(/^10\.244\.0\.9:\d+$/);
  expect(await pod.get(8080, '/echo?msg=a%20b&code=418')).toMatchObject({ status: 418, text: 'a b' });
  expect((await pod.get(8080, '/healthz')).status).toBe(200);
  expect((await pod.get(8080, '/redirect?location=/echo&code=307')).headers.location).toBe('/echo');
  expect(JSON.parse((await pod.get(8080, `/dial?host=${pod.ip}&port=8080&request=hostname&tries=2`)).text)).toEqual({
    responses: ['web-1', 'web-1'],
  });
  expect(JSON.parse((await pod.get(8080, '/dial?host=web&port=8081&request=hostname&protocol=udp')).text)).toEqual({
    responses: ['web-1'],
  });
  expect((await pod.get(8080, '/dial?host=web&port=1&request=x&tries=no')).status).toBe(400);
  expect(JSON.parse((await pod.get(8080, '/shell?shellCommand=echo%20out;%20exit%203')).text)).toEqual({
    output: 'out\n',
    error: 'exit status 3',
  });
  const { promise: answered, resolve } = Promise.withResolvers<string>();
  await using socket = await pod.client.bindUdp({ host: pod.client.ip, port: 0 }, ({ data }) => resolve(new TextDecoder().decode(data)));
  socket.send(Buffer.from('echo over udp'), { host: pod.ip, port: 8081 });
  expect(await answered).toBe('over udp');
  void pod.get(8080, '/exit?code=7').catch(() => {});
  expect(await netexec.exitCode()).toBe(7);
});

test('liveness turns bad after ten seconds', async () => {
  const clock = new SteppedClock();
  await using stepped = new ImageFixture({ clock });
  await stepped.start(IMAGE, ['liveness']);
  const ask = async (): Promise<number> => {
    const asked = stepped.get(8080, '/healthz');
    await clock.advance(1);
    return (await asked).status;
  };
  await clock.advance(1000);
  expect(await ask()).toBe(200);
  await clock.advance(9000);
  expect(await ask()).toBe(500);
});

test('serve-hostname, test-webserver, porter', async () => {
  await (await pod.start(IMAGE, ['serve-hostname'], { name: 'a' })).said('Serving on port 9376');
  expect((await pod.get(9376)).text).toBe('web-1');
  const mounts = [{ path: '/www', files: await folder({ '/a.txt': 'A' }), readOnly: true }];
  await pod.start(IMAGE, ['test-webserver'], { name: 'b', mounts });
  await (await pod.start(IMAGE, ['porter'], { name: 'c', env: { SERVE_PORT_81: 'eighty-one', SERVE_PORT_x: 'no' } })).said(
    'server on port 81',
  );
  expect((await pod.get(81)).text).toBe('eighty-one');
  expect((await pod.get(80, '/www/a.txt')).text).toBe('A');
});

test('connect says in one word why not', async () => {
  await (await pod.start(IMAGE, ['serve-hostname'], { name: 'a' })).said('Serving');
  const run = async (...args: string[]) => {
    const started = await pod.start(IMAGE, ['connect', ...args]);
    return [await started.exitCode(), started.err];
  };
  expect(await run(`${pod.ip}:9376`)).toEqual([0, '']);
  expect(await run('web:9376', '--timeout=1s')).toEqual([0, '']);
  expect(await run(`${pod.ip}:1`)).toEqual([1, 'REFUSED\n']);
  expect(await run('nowhere:1')).toEqual([1, 'DNS: lookup nowhere: getaddrinfo ENOTFOUND nowhere\n']);
  expect(await run('noport')).toEqual([1, 'UNKNOWN: address noport: missing port in address\n']);
});

test('logs-generator writes so many lines over so long', async () => {
  const clock = new SteppedClock();
  await using stepped = new ImageFixture({ clock });
  const generator = await stepped.start(IMAGE, ['logs-generator', '--log-lines-total', '10', '--run-duration', '10s']);
  await clock.advance(4500);
  expect(generator.err.split('\n')).toHaveLength(6);
  expect(generator.err).toMatch(
    /^I0101 00:00:00\.000000 {7}1 logs_generator\.go:76\] 0 \w+ \/api\/v1\/namespaces\/[\w-]+\/pods\/\w+ \d{3}\n/,
  );
  await clock.advance(6000);
  expect(await generator.exitCode()).toBe(0);
  expect(generator.err.split('\n')).toHaveLength(11);
});

test('what it knows of its surroundings it prints', async () => {
  const mounts = [
    {
      path: '/etc',
      files: await folder({ '/resolv.conf': 'search a.local b.local\nnameserver 1.1.1.1\n', '/hosts': '1.2.3.4 x\n' }),
      readOnly: true,
    },
  ];
  const said = async (...args: string[]) => {
    const started = await pod.start(IMAGE, args, { mounts, env: { A: 'b' } });
    await started.container.exited;
    return started.out;
  };
  expect(await said('dns-suffix')).toBe('a.local,b.local');
  expect(await said('dns-server-list')).toBe('1.1.1.1');
  expect(await said('etc-hosts')).toBe('1.2.3.4 x\n');
  expect(await said('env')).toBe('A=b\n');
  expect(await said('entrypoint-tester', 'foo', 'bar')).toBe('[/agnhost entrypoint-tester foo bar]\n');
});

test('what is not built says so', async () => {
  const guestbook = await pod.start(IMAGE, ['guestbook']);
  expect(await guestbook.exitCode()).toBe(1);
  expect(guestbook.err).toContain('agnhost guestbook is not simulated by kubernats; simulated are: connect, ');
  const unknown = await pod.start(IMAGE, ['fly']);
  expect([await unknown.exitCode(), unknown.err]).toEqual([1, 'Error: unknown command "fly" for "app"\nRun \'app --help\' for usage.\n']);
});

test('grpc-health-checking speaks the gRPC health protocol, and its HTTP server switches the answer', async () => {
  const checking = await pod.start(IMAGE, ['grpc-health-checking', '--service=store']);
  await checking.said('gRPC server starting');
  const check = async (service: string): Promise<{ status: number | undefined; grpc: string }> => {
    const connection = await pod.client.dial({ host: pod.ip, port: 5000 });
    const session = http2Connect('http://x', { createConnection: () => connection });
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const message = service === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)]);
    stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]));
    // What has no message comes in the headers alone.
    let grpc = '';
    const look = (headers: Record<string, unknown>): void => {
      grpc = String(headers['grpc-status'] ?? grpc);
    };
    stream.on('response', look).on('trailers', look);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
    session.destroy();
    return { status: Buffer.concat(chunks)[6], grpc };
  };
  expect(await check('store')).toEqual({ status: 1, grpc: '0' });
  expect(await check('other')).toEqual({ status: undefined, grpc: '5' });
  expect((await pod.get(8080, '/make-not-serving')).status).toBe(200);
  expect(await check('store')).toEqual({ status: 2, grpc: '0' });
});
