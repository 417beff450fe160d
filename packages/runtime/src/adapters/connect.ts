import { readFile } from 'node:fs/promises';
import { type Bus, connectNats } from '@kubernats/bus';
import {
  type ApiTransport,
  type Client,
  createClient,
  createInformerSet,
  type InformerSet,
  type Log,
  natsTransport,
} from '@kubernats/client';
import { aborted, type Clock, type Ids, type Random } from '@kubernats/clock';

/** Where a component's NATS server is, and the files by which each knows the other. */
export interface NatsConfig {
  natsUrl: string;
  natsCreds?: string;
  natsCa?: string;
}

/** A component's way to its cluster. */
export interface Connection extends AsyncDisposable {
  bus: Bus;
  transport: ApiTransport;
  client: Client;
  /** Not running yet: `run(signal)` it once handlers are in place. */
  informers: InformerSet;
}

export interface ConnectDeps {
  config: NatsConfig & { cluster: string };
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  /** Gives up waiting. */
  signal: AbortSignal;
  /** Is told what is waited for: for `/readyz`. */
  waitFor(describe: () => readonly string[]): void;
}

/** Connects a component under its identity (its user name), by the common options. Waits for a NATS server that is not up yet. */
export async function connect(deps: ConnectDeps, identity: string, fieldManager: string): Promise<Connection> {
  const { config, clock, random, ids, log, signal, waitFor } = deps;
  let obstacle = '';
  waitFor(() => [`the NATS server ${config.natsUrl}${obstacle}`]);
  const connecting = connectNats({
    ...(await natsServerOf(config)),
    cluster: config.cluster,
    identity,
    clock,
    ids,
    onNotLetIn: () => {
      if (obstacle === '') log.warn({ url: config.natsUrl }, `the NATS server does not let ${identity} in with these credentials`);
      obstacle = `, which answers but does not let ${identity} in with these credentials`;
    },
    onError: (error) => log.error({ err: error }, 'message bus'),
  });
  await Promise.race([connecting, aborted(signal)]);
  signal.throwIfAborted();
  const bus = await connecting;
  const transport = natsTransport({ bus, cluster: config.cluster, identity, clock, random });
  return {
    bus,
    transport,
    client: createClient(transport, { fieldManager }),
    informers: createInformerSet(transport, { log }),
    [Symbol.asyncDispose]: () => bus.close(),
  };
}

/** The server and what the files say, as the bus and the store take it. */
export async function natsServerOf({ natsUrl, natsCreds, natsCa }: NatsConfig): Promise<{ url: string; creds?: Uint8Array; ca?: string }> {
  return {
    url: natsUrl,
    ...(natsCreds === undefined ? {} : { creds: await readFile(natsCreds) }),
    ...(natsCa === undefined ? {} : { ca: await readFile(natsCa, 'utf8') }),
  };
}
