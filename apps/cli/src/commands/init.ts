import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { natsServerConfig } from '@kubernats/bus/server-config';
import { addressPlan } from '@kubernats/net';
import { claimLayout } from '../init/layout.ts';
import { partsOf } from '../init/parts.ts';
import { writeForOwnerOfFolder, writePart, writeSecret } from '../init/write-part.ts';
import { ensureNatsKeys } from '../state/nats-keys.ts';
import { clusterPaths } from '../state/paths.ts';
import { adminKubeconfig, ensurePki, serverNames } from '../state/pki-files.ts';
import { storageLimit } from '../state/storage-limit.ts';

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
  owner?: number;
}

const HOST = '127.0.0.1';
const NATS_PORT = 4222;

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
  for (const [component, part] of Object.entries(partsOf(paths, pki))) writePart(join(options.parts, component), part, options.owner);
  const { natsStore: storeDir, name } = options;
  // nats-server makes the account's folder when the first client asks, and stumbles over a second one that asks at that moment.
  mkdirSync(join(storeDir, 'jetstream', authority.account), { recursive: true });
  const server = natsServerConfig({
    host: '0.0.0.0',
    port: NATS_PORT,
    serverName: `kubernats-${name}`,
    storeDir,
    maxFileBytes: storageLimit(storeDir),
    authority,
  });
  mkdirSync(join(options.parts, 'nats'), { recursive: true });
  writeSecret(join(options.parts, 'nats', 'server.conf'), server, undefined);
  writeForOwnerOfFolder(options.kubeconfig, await adminKubeconfig(paths, options.server));
  process.stdout.write(`cluster ${name} is prepared: ${options.server}\n`);
}
