import { join } from 'node:path';
import { addressPlan } from '@kubernats/net';
import type { ChildSpec } from '../supervisor/child.ts';
import { NODE_FLAGS, POOL } from '../supervisor/components.ts';

/** A machine that is to be one node. */
export interface NodeMachine {
  cluster: string;
  natsUrl: string;
  /** The folder with the node's part of the cluster's keys. */
  part: string;
  /** The node's own folder. */
  root: string;
  /** The folder of kubernats' programs. */
  programs: string;
  logLevel: string;
  /** Who the machine is, where it has joined with a token. Absent: it takes a free name. */
  member?: { nodeName: string; pool: string; ca: string };
  /** Where the cluster's DNS answers on the machine. Default: at the port that is usual. */
  dnsPort?: number;
}

const DNS_PORT = 53;
/** Where each says on 127.0.0.1 how it is: the ports of Kubernetes' own. */
const HEALTH_PORTS = { 'kubelet-sim': 10_248, 'service-proxy': 10_249 } as const;

/** The two processes of a node: its kubelet, and a proxy for the Services. */
export function nodeSpecs(machine: NodeMachine): ChildSpec[] {
  const { cluster, natsUrl, part, root, programs, logLevel, member, dnsPort = DNS_PORT } = machine;
  const dns = `${addressPlan('anyip').dnsServiceIp}:${dnsPort}`;
  const whose = member
    ? ['--pool', member.pool, '--nodes', member.nodeName, '--no-register-node', '--storage', join(root, 'storage')]
    : ['--pool', POOL, '--nodes', 'auto', '--owner-file', join(root, 'owner.json')];
  const flags: Record<keyof typeof HEALTH_PORTS, string[]> = {
    'kubelet-sim': [...whose, '--root', join(root, 'nodes')],
    'service-proxy': [],
  };
  return (Object.keys(HEALTH_PORTS) as (keyof typeof HEALTH_PORTS)[]).map((name) => ({
    name,
    command: process.execPath,
    args: [
      ...[...NODE_FLAGS, join(programs, 'apps', name, 'dist/main.js')],
      ...['--cluster', cluster, '--nats-url', natsUrl, '--nats-creds', join(part, `${name}.creds`)],
      ...(member ? ['--nats-ca', member.ca] : []),
      ...['--network', 'anyip', '--cluster-dns', dns, '--health-port', String(HEALTH_PORTS[name]), '--log-level', logLevel],
      ...flags[name],
    ],
    announcesReady: true,
  }));
}
