import type { LeaderElection } from '@kubernats/controller';

/** How the nodes behind an address are asked whether they are well. */
export interface HealthConfig {
  /** Time between two checks of one node, in milliseconds. */
  intervalMs: number;
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number;
  /** Failed checks in a row that take a node out. */
  unhealthyAfter: number;
  /** Passed checks in a row that bring it back. */
  healthyAfter: number;
}

export const HEALTH_DEFAULTS: HealthConfig = { intervalMs: 3_000, timeoutMs: 1_000, unhealthyAfter: 2, healthyAfter: 1 };

export interface LoadBalancerConfig {
  /** The IPv4 range of the addresses that Services get. */
  addressPool: string;
  /** An address of this machine on which all ports are opened as well: the way in from outside it. */
  exposeAddress?: string | undefined;
  /** The source of datagrams to nodes. Default 127.0.0.1, from where one reaches nodes on the same machine. */
  udpSourceHost?: string | undefined;
  /** Default: `HEALTH_DEFAULTS`. */
  health?: HealthConfig;
  /** Undefined: this is the only replica. */
  leaderElection?: LeaderElection;
}
