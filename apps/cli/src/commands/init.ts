import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsAuthority } from '@kubernats/bus';
import { natsServerConfig } from '@kubernats/bus/server-config';
import { addressPlan } from '@kubernats/net';
import { claimStore } from '../init/claim-store.ts';
import { claimLayout } from '../init/layout.ts';
import { partsOf } from '../init/parts.ts';
import { writeForOwnerOfFolder, writePart, writeSecret } from '../init/write-part.ts';
import { ensureNatsKeys } from '../state/nats-keys.ts';
import { clusterPaths } from '../state/paths.ts';
import { adminKubeconfig, ensurePki, serverNames } from '../state/pki-files.ts';
import { storageLimit } from '../state/storage-limit.ts';

interface NatsServer {
  host: string;
  store: string;
}

export interface InitOptions {
  name: string;
  /** A folder with a folder for each component. */
  parts: string;
  kubeconfig: string;
  /** The API server's URL, for the kubeconfig. */
  server: string;
  /** More addresses by which clients reach the API server. */
  address: string[];
  natsStore: string;
  /** More servers that keep the state with the first one (`nats`): the host name of each, and where its store is here. Empty: it is the only one. */
  natsPeer?: NatsServer[];
  owner?: number;
}

const HOST = '127.0.0.1';
const NATS_PORT = 4222;
const ROUTES_PORT = 6222;
const FIRST_NATS = 'nats';

/**
 * Prepares a cluster whose components run apart, each in a container or on a machine of its own: its certificates and keys, each component's
 * part of them, the configuration of its NATS server, and the administrator's kubeconfig. What is there already is kept.
 */
export async function init(options: InitOptions): Promise<void> {
  const paths = clusterPaths(options.name);
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  claimLayout(paths, 'init');
  const plan = addressPlan('anyip');
  const [pki, authority] = await Promise.all([
    ensurePki(paths, serverNames([HOST, plan.kubernetesServiceIp, ...options.address])),
    ensureNatsKeys(paths),
  ]);
  const servers = [{ host: FIRST_NATS, store: options.natsStore }, ...(options.natsPeer ?? [])];
  for (const { store } of servers) claimStore(store, authority, paths.folder);
  for (const [component, part] of Object.entries(partsOf(paths, pki))) writePart(join(options.parts, component), part, options.owner);
  writeNatsParts(options, servers, authority);
  writeForOwnerOfFolder(options.kubeconfig, await adminKubeconfig(paths, options.server));
  process.stdout.write(`cluster ${options.name} is prepared: ${options.server}\n`);
}

/**
 * The configuration of each NATS server, `HOST.conf` (`server.conf` of the first);
 * of several also one that only those take which can write to the disk before they acknowledge.
 */
function writeNatsParts({ natsStore: storeDir, name, parts }: InitOptions, servers: readonly NatsServer[], authority: NatsAuthority): void {
  const folder = join(parts, 'nats');
  mkdirSync(folder, { recursive: true });
  for (const { host, store } of servers) {
    const cluster = {
      name: `kubernats-${name}`,
      host: '0.0.0.0',
      port: ROUTES_PORT,
      servers: servers.map((each) => `${each.host}:${ROUTES_PORT}`),
    };
    const config = {
      ...{ host: '0.0.0.0', port: NATS_PORT, serverName: servers.length > 1 ? host : `kubernats-${name}`, storeDir, authority },
      maxFileBytes: storageLimit(store),
      ...(servers.length > 1 ? { cluster } : {}),
    };
    const file = host === FIRST_NATS ? 'server' : host;
    writeSecret(join(folder, `${file}.conf`), natsServerConfig(config), undefined);
    if (servers.length > 1)
      writeSecret(join(folder, `${file}.power.conf`), natsServerConfig({ ...config, durability: 'power' }), undefined);
  }
}
