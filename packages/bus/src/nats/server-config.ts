import type { NatsAuthority } from './authority.ts';

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
}

/** One object may be 3 MB as a request and a little more as it is stored. */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

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
    `jetstream { store_dir: ${JSON.stringify(config.storeDir)}, max_mem: 1GB, max_file: ${config.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES}${config.durability === 'power' ? ', sync_interval: always' : ''} }`,
  ];
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

/** Why a nats-server of this version (such as `2.9.10`) cannot give the durability; undefined when it can. */
export function durabilityRefusal(version: string, durability: 'default' | 'power'): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (durability === 'default' || major > 2 || (major === 2 && minor >= 10)) return undefined;
  return `--durability power needs nats-server 2.10 or later, which can write to the disk before it acknowledges; this one is ${version}`;
}
