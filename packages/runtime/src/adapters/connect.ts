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

/** A component's way to its cluster. */
export interface Connection extends AsyncDisposable {
  bus: Bus;
  transport: ApiTransport;
  client: Client;
  /** Not running yet: `run(signal)` it once handlers are in place. */
  informers: InformerSet;
}

export interface ConnectDeps {
  config: { cluster: string; natsUrl: string; natsCreds?: string };
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
  waitFor(() => [`the NATS server ${config.natsUrl}`]);
  const connecting = connectNats({
    url: config.natsUrl,
    creds: await readCreds(config.natsCreds),
    cluster: config.cluster,
    identity,
    clock,
    ids,
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

async function readCreds(path: string | undefined): Promise<Uint8Array | undefined> {
  return path === undefined ? undefined : readFile(path);
}
