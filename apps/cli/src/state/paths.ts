import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../failure.ts';

/** Where one cluster keeps everything: `.kubernats/<cluster>/`. docs/ARCHITECTURE.md lists the layout. */
export interface ClusterPaths {
  cluster: string;
  folder: string;
  kubeconfig: string;
  pki: string;
  nats: string;
  creds(identity: string): string;
  /** What signs the credentials of machines that join. */
  natsSigner: string;
  /** The certificate of the NATS server, with that of the authority, and its key: of a cluster that others join. */
  natsCert: string;
  natsKey: string;
  logs: string;
  log(component: string): string;
  nodes: string;
  /** The users' kubeconfigs. */
  users: string;
  userKubeconfig(user: string): string;
  /** What lies outside of all nodes: disks, network shares, … with a folder for each storage back end. */
  storage: string;
  run: string;
  supervisorFile: string;
  /** The NATS server that runs for a snapshot alone. */
  snapshotServerFile: string;
  /** The slot of addresses that the cluster's state is tied to. */
  slotFile: string;
  settingsFile: string;
  /** Which version made the folder, and how it is laid out. */
  layoutFile: string;
  /** The nodes, for the kubelet. */
  nodesFile: string;
  /** A copy of the file of life cycles, if there is one. */
  stagesFile: string;
  /** A copy of the scheduler's configuration, if there is one. */
  schedulerFile: string;
  /** The paths of nodes that are linked to those of other nodes. */
  linksFile: string;
}

/** The name of the file with an identity's NATS credentials. */
export const credsFile = (identity: string): string => `${identity.replaceAll(':', '_')}.creds`;

/** The folder of all clusters: KUBERNATS_HOME, which the launcher sets to the project's own `.kubernats`. */
export const home = (): string => process.env.KUBERNATS_HOME ?? join(homedir(), '.kubernats');

export function clusterPaths(cluster: string, at: string = home()): ClusterPaths {
  if (!/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(cluster) || RESERVED.has(cluster)) {
    throw new Failure(
      `--name ${cluster}: a cluster's name is at most 32 lower case letters, digits and '-', begins and ends with a letter or digit, and is none of ${[...RESERVED].join(', ')}`,
      2,
    );
  }
  const folder = join(at, cluster);
  return {
    cluster,
    folder,
    kubeconfig: join(folder, 'kubeconfig'),
    pki: join(folder, 'pki'),
    nats: join(folder, 'nats'),
    creds: (identity) => join(folder, 'nats', 'creds', credsFile(identity)),
    natsSigner: join(folder, 'nats', 'signer.json'),
    natsCert: join(folder, 'nats', 'server.crt'),
    natsKey: join(folder, 'nats', 'server.key'),
    logs: join(folder, 'logs'),
    log: (component) => join(folder, 'logs', `${component}.log`),
    nodes: join(folder, 'nodes'),
    users: join(folder, 'users'),
    userKubeconfig: (user) => join(folder, 'users', `${user}.kubeconfig`),
    storage: join(folder, 'storage'),
    run: join(folder, 'run'),
    supervisorFile: join(folder, 'run', 'supervisor.json'),
    snapshotServerFile: join(folder, 'run', 'snapshot-server.json'),
    slotFile: join(folder, 'slot'),
    settingsFile: join(folder, 'settings.json'),
    layoutFile: join(folder, 'layout.json'),
    nodesFile: join(folder, 'nodes.json'),
    stagesFile: join(folder, 'stages.yaml'),
    schedulerFile: join(folder, 'scheduler.yaml'),
    linksFile: join(folder, 'node-links.json'),
  };
}

/** What a command for this cluster needs beside its own words. */
export const nameFlag = ({ cluster }: ClusterPaths): string => (cluster === 'default' ? '' : ` --name ${cluster}`);

// Names of folders that the set-up and docker compose keep beside the clusters.
const RESERVED = new Set(['tools', 'cache', 'compose']);
