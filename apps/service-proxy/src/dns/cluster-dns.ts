import type { InformerSet, Log } from '@kubernats/client';
import type { Clock, Random, Timer } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';
import { type Answered, canonicalName, emptyReply, encodeQuestion, type Query, readAnswer, serveDns } from '@kubernats/dns';
import { type Address, type Network, refusalText } from '@kubernats/net';
import { isKnownNowhere } from './local-names.ts';
import { rotateAddresses } from './rotate.ts';
import { forwardTo } from './upstream.ts';
import { informerView } from './view.ts';
import { answerFromZone } from './zone/cluster-zone.ts';

export interface ClusterDnsConfig {
  /** Where it answers, over UDP and TCP. */
  address: Address;
  /** `cluster.local`. */
  domain: string;
  /** The servers that know names of the outside. None: there is no outside, and its names do not exist. */
  upstreams: readonly Address[];
}

export interface ClusterDnsDeps {
  informers: InformerSet;
  /** The index of EndpointSlices by their Service, `namespace/name`. */
  sliceIndex: string;
  network: Network;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
}

/** How soon an address that could not be had is tried again. */
const RETRY_MS = 1000;

/** The cluster's DNS. `start` resolves when it answers, or when it is known that its address cannot be had (then it goes on trying). */
export function createClusterDns(deps: ClusterDnsDeps, config: ClusterDnsConfig) {
  const { network, clock, random, log, metrics } = deps;
  const view = informerView(deps.informers, deps.sliceIndex);
  const zone = { domain: canonicalName(config.domain), serverIp: config.address.host, serial: Math.floor(clock.now() / 1000) };
  const upstreams = config.upstreams.filter(({ host, port }) => host !== config.address.host || port !== config.address.port);
  const upstream = upstreams.length > 0 ? forwardTo(upstreams, { network, clock }) : undefined;
  const counted = metrics.counter('kubernats_dns_requests_total', 'DNS queries by how they were answered.', ['transport', 'rcode']);
  let turn = 0;
  let server: AsyncDisposable | undefined;
  let retry: Timer | undefined;
  let opening: Promise<void> = Promise.resolve();
  let stopped = false;

  async function answer(query: Query, bytes: Uint8Array, transport: 'udp' | 'tcp'): Promise<Answered> {
    const answered = await decide(query, bytes, transport);
    counted.inc({ transport, rcode: answered instanceof Uint8Array ? 'forwarded' : answered.rcode });
    return answered;
  }

  async function decide({ question }: Query, bytes: Uint8Array, transport: 'udp' | 'tcp'): Promise<Answered> {
    if (question.class !== 'IN' && question.class !== 'ANY') return emptyReply('REFUSED');
    if (question.type === 'AXFR' || question.type === 'IXFR') return emptyReply('REFUSED');
    const reply = answerFromZone(question, view, zone);
    if (!reply) return outside(canonicalName(question.name), bytes, transport);
    const more = reply.follow === undefined ? [] : await follow(reply.follow, question.type);
    return { ...reply, answers: rotateAddresses([...reply.answers, ...more], turn++) };
  }

  async function outside(name: string, bytes: Uint8Array, transport: 'udp' | 'tcp'): Promise<Answered> {
    if (!upstream || isKnownNowhere(name)) return emptyReply('NXDOMAIN');
    return (await upstream.forward(bytes, transport)) ?? emptyReply('SERVFAIL');
  }

  /** What the outside knows of an alias' target; where it says nothing, the alias alone is the answer. */
  async function follow(target: string, type: string) {
    if (!upstream || isKnownNowhere(target)) return [];
    const id = random.int(0x1_0000);
    const bytes = await upstream.forward(encodeQuestion(id, target, type), 'udp');
    return (bytes && readAnswer(bytes, { id, name: target })?.answers) ?? [];
  }

  async function open(): Promise<void> {
    try {
      const parts = { network, clock, answer, recursion: upstream !== undefined };
      server = await serveDns(config.address, { ...parts, onError: (error) => log.error({ error }, 'a DNS query could not be answered') });
      log.info({ address: config.address, upstreams }, 'cluster DNS answers');
    } catch (error) {
      if (!retry) log.warn({ error }, refusalText(`cluster DNS ${config.address.host}:${config.address.port}`, config.address.port, error));
      if (!stopped)
        retry = clock.setTimer(RETRY_MS, () => {
          opening = open();
        });
    }
  }

  return {
    async start(): Promise<void> {
      await view.synced;
      if (stopped) return;
      opening = open();
      await opening;
    },
    async stop(): Promise<void> {
      stopped = true;
      retry?.cancel();
      await opening;
      await server?.[Symbol.asyncDispose]();
    },
  };
}
