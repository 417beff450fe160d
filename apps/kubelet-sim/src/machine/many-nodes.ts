import { aborted } from '@kubernats/clock';
import type { Network } from '@kubernats/net';
import type { NodeConfig } from '../config.ts';
import type { Machine } from './machine.ts';

/** A machine that all nodes are on, side by side: each of their addresses is its own without any set-up. */
export function manyNodes(network: Network, nodes: readonly NodeConfig[]): Machine {
  return { network, nodes, waitingFor: () => [], run: aborted, async [Symbol.asyncDispose]() {} };
}
