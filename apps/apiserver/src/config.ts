import type { NatsSigner } from '@kubernats/bus';
import type { AllocatorConfig } from './allocate/allocators.ts';
import type { UserInfo } from './call.ts';
import { DEFAULT_LIMITS, type Limits } from './doors/https/visits/limits.ts';

export interface ApiServerConfig extends AllocatorConfig {
  cluster: string;
  /** How long an Event is kept. Milliseconds. */
  eventTtlMs: number;
  /** The node port of the Service `kubernetes`; 0 is none. */
  kubernetesServiceNodePort: number;
  /** The switches of docs/differences.md, such as `portConflicts`. */
  switches: Readonly<Record<string, string | boolean>>;
  /** Names of admission plug-ins that are off. */
  disabledAdmission: readonly string[];
  /** The key that signs ServiceAccount tokens, the same for all replicas. Absent: one of the process's own. */
  serviceAccountKeyPem?: string;
  /** Whose the tokens of a file are. */
  staticTokens?: ReadonlyMap<string, UserInfo>;
  /** What signs the credentials of machines that join. Absent: none can. */
  natsSigner?: NatsSigner;
  /** What is taken on at a time. */
  limits: Limits;
  /** How long a watch lasts at least whose client names no time, in milliseconds; it ends at a moment of its own before twice as much. */
  minRequestTimeoutMs: number;
  /** How long the server serves on while /readyz says already that it goes away. Milliseconds. */
  shutdownDelayMs: number;
}

export const DEFAULT_CONFIG: ApiServerConfig = {
  cluster: 'default',
  serviceCidr: '10.96.0.0/16',
  nodePorts: { from: 30_000, to: 32_767 },
  eventTtlMs: 3_600_000,
  kubernetesServiceNodePort: 0,
  switches: {},
  disabledAdmission: [],
  limits: DEFAULT_LIMITS,
  minRequestTimeoutMs: 30 * 60_000,
  shutdownDelayMs: 0,
};
