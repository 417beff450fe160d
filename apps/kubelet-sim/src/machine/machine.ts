import type { Network } from '@kubernats/net';
import type { NodeConfig } from '../config.ts';

/** What a kubelet runs on: the machine's sockets, and which nodes it is. */
export interface Machine extends AsyncDisposable {
  network: Network;
  nodes: readonly NodeConfig[];
  /** Resolves when the addresses of a node's range of Pods can be listened on. Absent: they always can. */
  openRange?(cidr: string): Promise<void>;
  /** What it waits for: for `/readyz`. */
  waitingFor(): string[];
  /** Works until the signal aborts. Rejects when the machine may be its node no longer. */
  run(signal: AbortSignal): Promise<void>;
}
