import type { KubeObject, Service } from '@kubernats/api';
import { type ApiTransport, createClient, createInformerSet, encodeJson, type FollowSink, silentLog } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { ask, type DnsRecord, emptyReply, type Rcode, serveDns } from '@kubernats/dns';
import { NetworkError, VirtualNetwork } from '@kubernats/net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterDnsConfig, createServiceProxy } from '../src/index.ts';

const SERVER = { host: '10.96.0.10', port: 53 };
const OUTSIDE = '192.168.1.1';
const www: DnsRecord = { name: 'www.example.com', type: 'A', ttl: 60, data: '93.184.215.14' };

const named = (name: string, spec: Service['spec']): Service => ({
  metadata: { name, namespace: 'default', uid: name, resourceVersion: '1' },
  spec,
});
const services: Service[] = [
  named('web', { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] }),
  named('out', { type: 'ExternalName', externalName: 'www.example.com' }),
];
const INITIAL: Record<string, KubeObject[]> = {
  namespaces: [{ metadata: { name: 'default', uid: 'n', resourceVersion: '1' } }],
  services,
};

/** An API server that says what there is, once. */
const api: ApiTransport = {
  request: async () => ({ code: 201, body: encodeJson({}) }),
  follow(target: { resource: string }, sink: FollowSink, signal: AbortSignal): Promise<void> {
    sink.replace(INITIAL[target.resource] ?? [], '1');
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  },
};

let network: VirtualNetwork;
let stack: AsyncDisposableStack;
const asked: string[] = [];

beforeEach(() => {
  network = new VirtualNetwork();
  stack = new AsyncDisposableStack();
  asked.length = 0;
});
afterEach(async () => {
  await stack.disposeAsync();
  expect(network.listening).toEqual([]);
});

async function start(resolvConf: string): Promise<void> {
  const stop = new AbortController();
  const informers = createInformerSet(api, { log: silentLog });
  const deps = { client: createClient(api), informers, network, clock: realClock, random: realRandom, log: silentLog, metrics: noMetrics };
  const proxy = createServiceProxy(deps, { dns: clusterDnsConfig({ clusterDns: SERVER, clusterDomain: 'cluster.local', resolvConf }) });
  const running = Promise.all([informers.run(stop.signal), proxy.run(stop.signal)]);
  stack.defer(async () => {
    stop.abort(new Error('over'));
    await running;
  });
  await proxy.ready;
}

async function startOutside(rcode: Rcode = 'NOERROR'): Promise<void> {
  const answer = ({ question }: { question: { name: string } }) => {
    asked.push(question.name);
    return { ...emptyReply(rcode), answers: rcode === 'NOERROR' ? [www] : [] };
  };
  const parts = { network, clock: realClock, answer, recursion: true, onError: (error: unknown) => expect(error).toBeUndefined() };
  stack.use(await serveDns({ host: OUTSIDE, port: 53 }, parts));
}

const query = (name: string, type = 'A', tcp = false) =>
  ask(SERVER, name, type, { network, clock: realClock, from: '10.244.0.5', timeoutMs: 60_000, id: 4711, tcp });

describe('names outside the cluster', () => {
  test.each([false, true])('are asked of the machine’s name servers (TCP: %s)', async (tcp) => {
    await startOutside();
    await start(`nameserver ${SERVER.host}\nnameserver ${OUTSIDE}\n`);
    const heard = await query('www.example.com', 'A', tcp);
    expect(heard).toMatchObject({ rcode: 'NOERROR', answers: [www], flags: { recursionAvailable: true, authoritative: false } });
    expect(asked).toEqual(['www.example.com']);
  });

  test('what those say is handed on, whatever it is', async () => {
    await startOutside('REFUSED');
    await start(`nameserver ${OUTSIDE}\n`);
    expect(await query('www.example.com')).toMatchObject({ rcode: 'REFUSED' });
  });

  test('an alias is followed there', async () => {
    await startOutside();
    await start(`nameserver ${OUTSIDE}\n`);
    expect((await query('out.default.svc.cluster.local')).answers).toMatchObject([{ type: 'CNAME', data: 'www.example.com' }, www]);
  });

  test.each(['nope', 'printer.local', 'x.invalid', 'nope.svc.cluster.local', '5.0.244.10.in-addr.arpa'])(
    '%s is told to nobody',
    async (name) => {
      await startOutside();
      await start(`nameserver ${OUTSIDE}\n`);
      expect(await query(name)).toMatchObject({ rcode: 'NXDOMAIN' });
      expect(asked).toEqual([]);
    },
  );

  test('do not exist where there is nobody to ask; the cluster’s own do', async () => {
    await start('');
    expect(await query('www.example.com')).toMatchObject({ rcode: 'NXDOMAIN', flags: { recursionAvailable: false } });
    expect(await query('web.default.svc.cluster.local')).toMatchObject({ rcode: 'NOERROR', answers: [{ data: '10.96.0.7' }] });
    expect((await query('out.default.svc.cluster.local')).answers).toMatchObject([{ type: 'CNAME' }]);
  });
});

test('a zone is given to nobody', async () => {
  await start('');
  expect(await query('cluster.local', 'AXFR', true)).toMatchObject({ rcode: 'REFUSED', answers: [] });
});

test('R2: an address that another process has is taken when it is free', async () => {
  const squatter = await network.listen(SERVER, (connection) => connection.destroy());
  await start('');
  await expect(ask(SERVER, 'web', 'A', { network, clock: realClock, from: '10.244.0.5', timeoutMs: 50, id: 1 })).rejects.toThrow(
    NetworkError,
  );
  await squatter.close();
  for (;;) {
    const heard = await ask(SERVER, 'web.default.svc.cluster.local', 'A', {
      network,
      clock: realClock,
      from: '10.244.0.5',
      timeoutMs: 50,
      id: 1,
    }).catch(() => undefined);
    if (heard) break;
  }
});
