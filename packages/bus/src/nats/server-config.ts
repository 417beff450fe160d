import { createHmac } from 'node:crypto';
import type { NatsAuthority } from './authority.ts';

/** How a server is one of several that keep the state together. All of them have the same. Source: NATS documentation, "Clustering". */
export interface NatsClusterConfig {
  name: string;
  /** Where this server listens for the others. */
  host: string;
  port: number;
  /** Where the servers listen for each other, this one among them: `host:port`. */
  servers: readonly string[];
}

export interface NatsServerConfig {
  host: string;
  /** -1 lets the server choose; it then writes the port to `portsFolder`. */
  port: number;
  serverName: string;
  /** Where JetStream keeps its files. */
  storeDir: string;
  /** How much it may keep there. Default: 100 GB. */
  maxFileBytes?: number;
  /** Absent: anyone may connect and do anything. For tests. */
  authority?: NatsAuthority;
  /** `power`: a write is on the disk before it is acknowledged. Needs a server of 2.10 or later. */
  durability?: 'default' | 'power';
  portsFolder?: string;
  /** The files with the server's certificate, followed by that of its authority, and with its key. Absent: connections are not encrypted. */
  tls?: { cert: string; key: string };
  /** Absent: it is the only server. */
  cluster?: NatsClusterConfig;
}

/** One object may be 3 MB as a request and a little more as it is stored. */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

/** A busy machine shakes hands slowly: the server's own patience is two seconds. */
const TLS_TIMEOUT_SECONDS = 10;
export const DEFAULT_MAX_FILE_BYTES = 100_000_000_000;

/** The text of a nats-server's configuration file. */
export function natsServerConfig(config: NatsServerConfig): string {
  const { authority } = config;
  const lines = [
    `server_name: ${JSON.stringify(config.serverName)}`,
    `listen: ${JSON.stringify(`${config.host}:${config.port}`)}`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    // A subscriber that is slow for a moment, such as an API server that reads all state, is not cut off.
    'max_pending: 256MB',
    // Credentials travel in the first line of a connection and grow with what they permit.
    'max_control_line: 65536',
    'write_deadline: "10s"',
    // The shortest there is: who is told to go leaves within moments, and nobody waits for those that stay.
    'lame_duck_duration: "30s"',
    'lame_duck_grace_period: "1s"',
    `jetstream { store_dir: ${JSON.stringify(config.storeDir)}, max_mem: 1GB, max_file: ${config.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES}${config.durability === 'power' ? ', sync_interval: always' : ''} }`,
  ];
  if (config.tls) {
    const { cert, key } = config.tls;
    lines.push(`tls { cert_file: ${JSON.stringify(cert)}, key_file: ${JSON.stringify(key)}, timeout: ${TLS_TIMEOUT_SECONDS} }`);
  }
  if (config.cluster) lines.push(...clusterLines(config.cluster, authority));
  if (config.portsFolder !== undefined) lines.push(`ports_file_dir: ${JSON.stringify(config.portsFolder)}`);
  if (authority) {
    lines.push(
      `operator: ${authority.operatorJwt}`,
      `system_account: ${authority.systemAccount}`,
      'resolver: MEMORY',
      'resolver_preload: {',
      `  ${authority.systemAccount}: ${authority.systemAccountJwt}`,
      `  ${authority.account}: ${authority.accountJwt}`,
      '}',
    );
  }
  return `${lines.join('\n')}\n`;
}

const ROUTE_USER = 'kubernats';

/** Whoever reaches a server's port for routes could pass for one of them: they know each other by a secret that comes from the operator's. */
function clusterLines({ name, host, port, servers }: NatsClusterConfig, authority: NatsAuthority | undefined): string[] {
  const secret = authority && createHmac('sha256', authority.operatorSeed).update('routes of the NATS cluster').digest('hex');
  const login = secret === undefined ? '' : `${ROUTE_USER}:${secret}@`;
  return [
    'cluster {',
    `  name: ${JSON.stringify(name)}`,
    `  listen: ${JSON.stringify(`${host}:${port}`)}`,
    ...(secret === undefined ? [] : [`  authorization { user: ${ROUTE_USER}, password: ${JSON.stringify(secret)}, timeout: 5 }`]),
    `  routes: ${JSON.stringify(servers.map((server) => `nats-route://${login}${server}`))}`,
    '}',
  ];
}

/** Why a nats-server of this version (such as `2.9.10`) cannot give the durability; undefined when it can. */
export function durabilityRefusal(version: string, durability: 'default' | 'power'): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (durability === 'default' || major > 2 || (major === 2 && minor >= 10)) return undefined;
  return `--durability power needs nats-server 2.10 or later, which can write to the disk before it acknowledges; this one is ${version}`;
}
