import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RealCluster } from '@kubernats/testing/real-cluster';

/** A socket that others can reach: a TCP listener, or any UDP socket. */
export interface OpenSocket {
  process: string;
  protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6';
  host: string;
  port: number;
}

/** The processes of a running cluster, by name: its supervisor, nats-server and components. */
function processesOf({ home, name }: RealCluster): Map<string, number> {
  const { supervisor, children } = JSON.parse(readFileSync(join(home, name, 'run/supervisor.json'), 'utf8')) as {
    supervisor: { pid: number };
    children: Record<string, { process: { pid: number } }>;
  };
  return new Map([
    ['supervisor', supervisor.pid],
    ...Object.entries(children).map(([child, { process }]) => [child, process.pid] as const),
  ]);
}

/** What a cluster's processes have open, by the kernel's own tables. */
export function openSockets(cluster: RealCluster): OpenSocket[] {
  const owners = new Map([...processesOf(cluster)].flatMap(([name, pid]) => inodesOf(pid).map((inode) => [inode, name] as const)));
  return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((protocol) =>
    socketsIn(protocol).flatMap(({ inode, ...socket }) => {
      const process = owners.get(inode);
      return process === undefined ? [] : [{ process, protocol, ...socket }];
    }),
  );
}

function inodesOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, fd)))?.[1] ?? [];
    } catch {
      // Closed since the folder was read.
      return [];
    }
  });
}

const LISTEN = '0A';

/** Source: proc(5), /proc/net/tcp: addresses in hexadecimal, each 32-bit word in the machine's own (little-endian) order. */
function socketsIn(protocol: OpenSocket['protocol']): { host: string; port: number; inode: string }[] {
  const rows = readFileSync(`/proc/net/${protocol}`, 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if (protocol.startsWith('tcp') && state !== LISTEN) return [];
    return { host: addressOf(Buffer.from(address, 'hex')), port: Number.parseInt(port, 16), inode };
  });
}

/** IPv6 addresses are given in hexadecimal, but for those that stand for an IPv4 one. */
function addressOf(words: Buffer): string {
  const bytes = words.swap32();
  const isMapped = bytes.length === 16 && bytes.subarray(0, 12).toString('hex') === `${'0'.repeat(20)}ffff`;
  if (bytes.length === 4 || isMapped) return [...bytes.subarray(-4)].join('.');
  return bytes.toString('hex');
}
