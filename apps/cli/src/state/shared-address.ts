import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { machineAddress, ownAddresses } from './machine-address.ts';
import type { ClusterPaths } from './paths.ts';
import type { Settings } from './settings.ts';

/** What of `up` has to do with it. */
export interface AddressFlags {
  address?: string;
  nodes?: number;
  nodeConfig?: string;
  singleProcess?: boolean;
}

/** Where a cluster's state says that it lives: `isNew` when it has none yet. */
export interface Lived {
  isNew: boolean;
  address: string | undefined;
}

export const livedAt = (paths: ClusterPaths, { address }: Settings): Lived => ({ isNew: !existsSync(paths.settingsFile), address });

/**
 * The address on which other machines reach the cluster: that of `--address`, or the one of the last time. Undefined: the cluster is on this
 * machine's loopback addresses alone. Throws a Failure for one that will not do, and for flags that contradict it.
 */
export function sharedAddress(flags: AddressFlags, lived: Lived, own: readonly string[] = ownAddresses()): string | undefined {
  const { address: flag } = flags;
  if (lived.isNew && flag === undefined) return undefined;
  if (!lived.isNew && lived.address === undefined) {
    if (flag === undefined) return undefined;
    throw new Failure(
      `--address ${flag}: this cluster lives on loopback addresses, and its state is full of them.\n` +
        `Start another one with --name NAME --address ${flag}, or remove this one's state first: ./kubernats down --purge`,
      2,
    );
  }
  refuseContradictions(flags);
  return machineAddress({
    ...{ option: '--address', address: flag ?? lived.address ?? '', own },
    onLoopback: 'a loopback address is reached by this machine only, and without --address a cluster is there anyway',
  });
}

function refuseContradictions({ nodes, nodeConfig, singleProcess }: AddressFlags): void {
  const against = (flag: string, why: string): Failure => new Failure(`--address and ${flag} contradict each other: ${why}`, 2);
  const others = 'this machine is one node, and other machines join with ./kubernats join (docs/operations.md)';
  if (nodes !== undefined && nodes !== 1) throw against(`--nodes ${nodes}`, others);
  if (nodeConfig !== undefined) throw against('--node-config', others);
  if (singleProcess) throw against('--single-process', 'all components in one process are for a cluster on loopback addresses');
}

const CAP_NET_ADMIN = 12n;

/** Throws a Failure where this user cannot make the routes that Pods need, or there is no program that makes them. `what` needs them. */
export function requireRoutes(what: string): void {
  // What a program that is started has: root everything that this process has, others what is ambient.
  const name = process.getuid?.() === 0 ? 'CapEff' : 'CapAmb';
  const held = BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  if (((held >> CAP_NET_ADMIN) & 1n) === 0n) {
    throw new Failure(
      `${what} makes routes for Pods, which takes the right CAP_NET_ADMIN. Run it as root, or as:\n` +
        '  sudo setpriv --reuid $(id -u) --regid $(id -g) --init-groups --inh-caps +net_admin --ambient-caps +net_admin ./kubernats …',
    );
  }
  if (spawnSync('ip', ['-V']).error)
    throw new Failure(`${what} makes routes with the program ip, which is missing (Debian package iproute2)`);
}
