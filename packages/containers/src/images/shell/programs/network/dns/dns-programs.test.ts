import { realClock } from '@kubernats/clock';
import { type DnsRecord, emptyReply, type Reply, serveDns } from '@kubernats/dns';
import { createMemoryFiles } from '@kubernats/files';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningContainer } from '../../../../../port.ts';
import { exec, Pod } from '../../../shell.fixture.ts';

const WEB = 'web.shop.svc.cluster.local';
const records: DnsRecord[] = [
  { name: WEB, type: 'A', ttl: 30, data: '10.96.0.7' },
  { name: `_http._tcp.${WEB}`, type: 'SRV', ttl: 30, data: { priority: 0, weight: 100, port: 80, target: WEB } },
  { name: '7.0.96.10.in-addr.arpa', type: 'PTR', ttl: 30, data: WEB },
  { name: 'db.shop.svc.cluster.local', type: 'CNAME', ttl: 30, data: WEB },
  { name: 'out.shop.svc.cluster.local', type: 'CNAME', ttl: 30, data: 'www.example.com' },
  { name: 'dns-version.cluster.local', type: 'TXT', ttl: 30, data: '1.1.0' },
];

function answer({ question }: { question: { name: string; type: string } }): Reply {
  const here = records.filter(({ name }) => name === question.name.toLowerCase());
  if (here.length === 0) return { ...emptyReply('NXDOMAIN'), authoritative: true };
  const alias = here.filter(({ type }) => type === 'CNAME');
  const answers =
    alias.length > 0
      ? [...alias, ...records.filter(({ name }) => alias.some((each) => each.type === 'CNAME' && each.data === name))]
      : here;
  return {
    ...emptyReply('NOERROR'),
    authoritative: true,
    answers: answers.filter(({ type }) => type === question.type || type === 'CNAME'),
  };
}

let pod: Pod;
let client: RunningContainer;
let server: AsyncDisposable;

beforeEach(async () => {
  pod = await Pod.create();
  const parts = {
    network: pod.network,
    clock: realClock,
    answer,
    recursion: false,
    onError: (error: unknown) => expect(error).toBeUndefined(),
  };
  server = await serveDns({ host: '10.96.0.10', port: 53 }, parts);
  const files = createMemoryFiles(realClock);
  const text = 'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';
  await files.write('/resolv.conf', Buffer.from(text));
  client = await pod.idle({ mounts: [{ path: '/etc/resolv.conf', files: await files.scope('/resolv.conf'), readOnly: false }] });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await pod[Symbol.asyncDispose]();
});

const sh = (script: string) => exec(client, ['sh', '-c', script]);
const HEAD = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n';

describe('nslookup', () => {
  test.each([
    ['web', 0, `${HEAD}Name:\t${WEB}\nAddress: 10.96.0.7\n\n`],
    ['db', 0, `${HEAD}db.shop.svc.cluster.local\tcanonical name = ${WEB}.\nName:\t${WEB}\nAddress: 10.96.0.7\n\n`],
    ['10.96.0.7', 0, `${HEAD}7.0.96.10.in-addr.arpa\tname = ${WEB}.\n\n`],
    ['-type=srv _http._tcp.web', 0, `${HEAD}_http._tcp.${WEB}\tservice = 0 100 80 ${WEB}.\n\n`],
    ['-q=txt dns-version', 0, `${HEAD}dns-version.cluster.local\ttext = "1.1.0"\n\n`],
    ['-type=aaaa web', 1, `${HEAD}*** Can't find ${WEB}: No answer\n\n`],
    ['out', 1, `${HEAD}out.shop.svc.cluster.local\tcanonical name = www.example.com.\n\n`],
    ['nope', 1, `${HEAD}** server can't find nope: NXDOMAIN\n\n`],
    ['web 10.96.0.10', 0, `${HEAD}Name:\t${WEB}\nAddress: 10.96.0.7\n\n`],
  ])('%s', async (args, status, out) => expect(await sh(`nslookup ${args}`)).toMatchObject({ status, out }));

  test('a container without a name server says that nobody can be reached', async () => {
    expect(await sh('echo > /etc/resolv.conf; nslookup web')).toMatchObject({
      status: 1,
      out: ';; connection timed out; no servers could be reached\n\n',
    });
  });
});

describe('dig', () => {
  test('prints header, question and answer', async () => {
    const { out, status } = await sh(`dig ${WEB}`);
    expect(status).toBe(0);
    expect(
      out
        .replace(/id: \d+/, 'id: N')
        .replace(/time: \d+/, 'time: N')
        .replace(/WHEN: .*/, 'WHEN: now'),
    ).toBe(`
; <<>> DiG 9.18 (simulated) <<>> ${WEB}
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: N
;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1
;; WARNING: recursion requested but not available

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
;; QUESTION SECTION:
;${WEB}.\tIN\tA

;; ANSWER SECTION:
${WEB}. 30\tIN\tA\t10.96.0.7

;; Query time: N msec
;; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)
;; WHEN: now
;; MSG SIZE  rcvd: 71

`);
  });

  test.each([
    [`+short ${WEB}`, '10.96.0.7\n'],
    ['+short web', ''],
    ['+short +search web', '10.96.0.7\n'],
    [`+short @10.96.0.10 -p 53 SRV _http._tcp.${WEB}`, `0 100 80 ${WEB}.\n`],
    [`+short @10.96.0.10 -p 53 _http._tcp.${WEB} SRV`, `0 100 80 ${WEB}.\n`],
    ['+short +tcp -x 10.96.0.7', `${WEB}.\n`],
    [`+noall +answer ${WEB}`, `${WEB}. 30\tIN\tA\t10.96.0.7\n`],
    ['+short -t txt dns-version.cluster.local', '"1.1.0"\n'],
  ])('%s', async (args, out) => expect((await sh(`dig ${args}`)).out).toBe(out));

  test('names what it does not know, and whom it cannot reach', async () => {
    expect((await sh('dig +nonsense x')).err).toContain('Invalid option: +nonsense');
    expect(await sh(`dig @10.96.0.99 +time=1 +tries=1 ${WEB}`)).toMatchObject({
      status: 9,
      out: ';; communications error to 10.96.0.99#53: timed out\n;; no servers could be reached\n',
    });
  });
});

describe('host and getent', () => {
  test.each([
    ['host web', 0, `${WEB} has address 10.96.0.7\n`],
    ['host db', 0, `db.shop.svc.cluster.local is an alias for ${WEB}.\n${WEB} has address 10.96.0.7\n`],
    ['host out', 0, 'out.shop.svc.cluster.local is an alias for www.example.com.\n'],
    ['host 10.96.0.7', 0, `7.0.96.10.in-addr.arpa domain name pointer ${WEB}.\n`],
    ['host -t srv _http._tcp.web', 0, `_http._tcp.${WEB} has SRV record 0 100 80 ${WEB}.\n`],
    ['host -t mx web', 0, `${WEB} has no MX record\n`],
    ['host nope', 1, 'Host nope not found: 3(NXDOMAIN)\n'],
    ['getent hosts web', 0, `10.96.0.7       ${WEB}\n`],
    ['getent hosts 10.96.0.7', 0, `10.96.0.7       ${WEB}\n`],
    ['getent hosts nope', 2, ''],
    ['echo 10.1.2.3 mine >> /etc/hosts; getent hosts mine', 0, '10.1.2.3        mine\n'],
    ['getent ahosts web', 0, `10.96.0.7       STREAM ${WEB}\n10.96.0.7       DGRAM  \n10.96.0.7       RAW    \n`],
  ])('%s', async (script, status, out) => expect(await sh(script)).toMatchObject({ status, out }));
});

test('other programs find names by the files of the container, as they are now', async () => {
  expect((await sh('nc -z web 1')).err).toBe('');
  expect((await sh('nc -zv web 1')).err).toBe('nc: web (10.96.0.7:1): Connection refused\n');
  expect((await sh('echo 10.1.2.3 web >> /etc/hosts; nc -zv web 1')).err).toBe('nc: web (10.1.2.3:1): Connection refused\n');
  expect((await sh('echo > /etc/hosts; echo nameserver 10.96.0.10 > /etc/resolv.conf; nc -z web 1')).err).toBe("nc: bad address 'web'\n");
});
