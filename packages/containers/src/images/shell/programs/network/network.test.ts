// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts of the shell
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningContainer } from '../../../../port.ts';
import { Caller, exec, Pod } from '../../shell.fixture.ts';

let pod: Pod;
let client: RunningContainer;
beforeEach(async () => {
  pod = await Pod.create();
  client = await pod.idle({ name: 'client' });
});
afterEach(() => pod[Symbol.asyncDispose]());

const sh = (script: string) => exec(client, ['sh', '-c', script]);

async function serve(script: string): Promise<RunningContainer> {
  const { container, log } = await pod.start({ name: 'server', command: ['sh', '-c', script] });
  await log.has('up\n');
  return container;
}

/** A server that says yes before it is asked: `httpd` in the background, and then a word. */
const WEB = 'mkdir -p /www/sub; echo index > /www/index.html; echo "{}" > /www/a.json; httpd -p 8080 -h /www; echo up; sleep 1d';

describe('nc', () => {
  test('joins both directions; a server with -e answers each caller, with -k again and again', async () => {
    await serve(
      'printf "#!/bin/sh\\nread x; echo hello \\$x\\n" > /tmp/answer; chmod +x /tmp/answer; echo up; exec nc -lk -p 7000 -e /tmp/answer',
    );
    for (const name of ['one', 'two'])
      expect((await sh(`until nc -z web 7000; do sleep 0.01; done; echo ${name} | nc web 7000`)).out).toBe(`hello ${name}\n`);
  });

  test('pipes through', async () => {
    await serve('echo up; nc -l -p 7001 > /tmp/got; sleep 1d');
    expect((await sh('until nc -zv web 7001 2>/tmp/e; do sleep 0.01; done; cat /tmp/e; seq 3 | nc web 7002; echo $?')).out).toBe(
      'web (10.244.0.5:7001) open\n1\n',
    );
    expect(await sh('nc -zv web 7999')).toMatchObject({ status: 1, err: 'nc: web (10.244.0.5:7999): Connection refused\n' });
    expect(await sh('nc -z nowhere 1')).toMatchObject({ status: 1, err: "nc: bad address 'nowhere'\n" });
  });

  test('what is typed is sent at once, and what comes is shown at once', async () => {
    await serve('echo up; nc -l -p 7003 -e cat');
    const caller = new Caller();
    await sh('until nc -z localhost 7003; do sleep 0.01; done');
    // The probe took the first connection; a server without -k is done with it.
    await serve2();
    void client.exec(['nc', 'web', '7004'], caller.streams);
    caller.type('a\n');
    await caller.out.has('a\n');
    caller.type('b\n');
    await caller.out.has('b\n');
  });

  async function serve2(): Promise<void> {
    const { log } = await pod.start({
      name: 'server2',
      command: ['sh', '-c', 'nc -lk -p 7004 -e cat & until nc -z localhost 7004; do sleep 0.01; done; echo up; wait'],
    });
    await log.has('up\n');
  }
});

describe('curl and wget', () => {
  test('get, show heads, follow, fail, and write out what people look at', async () => {
    await serve(WEB);
    expect((await sh('curl -s web:8080/')).out).toBe('index\n');
    expect((await sh("curl -s -o /dev/null -w '%{http_code} %{content_type}\\n' http://web:8080/a.json")).out).toBe(
      '200 application/json\n',
    );
    expect((await sh('curl -sI web:8080/ | head -1')).out).toBe('HTTP/1.1 200 OK\r\n');
    expect((await sh('curl -si web:8080/ | tail -1')).out).toBe('index\n');
    expect(await sh('curl -sSf web:8080/nope')).toMatchObject({
      status: 22,
      out: '',
      err: 'curl: (22) The requested URL returned error: 404\n',
    });
    expect((await sh('curl -s web:8080/sub; echo; curl -sL -o /dev/null -w "%{http_code} %{url_effective}" web:8080/sub')).out).toContain(
      '404 http://web:8080/sub/',
    );
    expect((await sh('curl -s --resolve other.example:8080:10.244.0.5 http://other.example:8080/')).out).toBe('index\n');
    expect((await sh('curl -v web:8080/ 2>&1 >/dev/null | grep -c "^[<>]"')).status).toBe(0);
    expect(await sh('curl -s web:1')).toMatchObject({ status: 7, err: '' });
    expect(await sh('curl -sS http://nowhere/')).toMatchObject({ status: 6, err: 'curl: (6) Could not resolve host: nowhere\n' });
    expect(await sh('curl --nonsense')).toMatchObject({ status: 2 });
    expect(
      (await sh('cd /tmp; wget -q web:8080/a.json; cat a.json; wget -qO- web:8080; wget -q --spider web:8080/a.json && echo there')).out,
    ).toBe('{}\nindex\nthere\n');
    expect(await sh('wget -q -O- web:8080/nope')).toMatchObject({
      status: 1,
      err: 'wget: server returned error: HTTP/1.1 404 Not Found\n',
    });
  });

  test('post what they are given', async () => {
    const request =
      'sh -c \'while read -r l && [ "$l" != "$(printf "\\r")" ]; do case $l in Content-Length*|content-length*) n=${l#*: };; esac; done; head -c ${n%?} > /tmp/body; printf "HTTP/1.0 200 OK\\r\\n\\r\\n"; cat /tmp/body\'';
    await serve(
      `cat > /tmp/s <<'E'\n#!/bin/sh\nexec ${request}\nE\nchmod +x /tmp/s; nc -lk -p 8081 -e /tmp/s & until nc -z localhost 8081; do sleep 0.01; done; echo up; wait`,
    );
    expect((await sh('curl -s -d a=1 -d b=2 web:8081/x')).out).toBe('a=1&b=2');
    expect((await sh('printf "x\\ny" > /tmp/f; curl -s -X PUT --data-binary @/tmp/f -H "Content-Type: text/plain" web:8081')).out).toBe(
      'x\ny',
    );
    expect((await sh('wget -qO- --post-data=p=1 web:8081')).out).toBe('p=1');
  });

  test('give up after their time', async () => {
    const { log } = await pod.start({
      name: 'silent',
      command: ['sh', '-c', 'nc -lk -p 8082 -e "sleep" 1d & until nc -z localhost 8082; do sleep 0.01; done; echo up; wait'],
    });
    await log.has('up\n');
    expect(await sh('curl -sS -m 0.05 web:8082')).toMatchObject({
      status: 28,
      err: 'curl: (28) Operation timed out after 50 milliseconds with 0 bytes received\n',
    });
    expect(await sh('wget -qO- -T 1 web:8082')).toMatchObject({ status: 1, err: 'wget: download timed out\n' });
    expect(await sh('timeout 0.05 curl -s web:8082')).toMatchObject({ status: 143 });
  });
});

test('no name of httpd leads out of its folder', async () => {
  await serve(`echo secret > /secret; ${WEB}`);
  for (const path of ['/../secret', '/%2e%2e/secret', '/sub/../../secret', '/%2e%2e%2fsecret']) {
    expect((await sh(`printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' | nc web 8080 | tail -1`)).out).not.toContain('secret');
  }
});
