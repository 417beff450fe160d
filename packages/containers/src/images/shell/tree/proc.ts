import type { ProcessEntry } from '../../../processes.ts';
import { Process } from '../process/process.ts';
import type { System } from '../system.ts';
import { memoryOf } from './memory.ts';

type Texts = Readonly<Record<string, () => string>>;

/** The files right under `/proc`, by their paths there. */
export function procFiles(system: System): Texts {
  const { clock, context } = system;
  const uptime = (): string => ((clock.now() - system.startedAtMs) / 1000).toFixed(2);
  return {
    cpuinfo: () => Array.from({ length: cpusOf(system) }, (_, i) => `processor\t: ${i}\nmodel name\t: simulated\n\n`).join(''),
    loadavg: () => `0.00 0.00 0.00 1/${system.processes.list().length} 0\n`,
    meminfo: () => {
      const { total, used } = memoryOf(system);
      const row = (name: string, bytes: number): string => `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`;
      return (
        row('MemTotal', total) + row('MemFree', total - used) + row('MemAvailable', total - used) + row('Buffers', 0) + row('Cached', 0)
      );
    },
    mounts: () => mountRows(system),
    stat: () => `cpu  0 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(system.startedAtMs / 1000)}\n`,
    uptime: () => `${uptime()} ${uptime()}\n`,
    version: () => 'Linux version 6.1.0-kubernats (simulated)\n',
    'sys/kernel/hostname': () => `${system.hostname}\n`,
    'sys/kernel/ostype': () => 'Linux\n',
    'sys/kernel/osrelease': () => '6.1.0-kubernats\n',
    'sys/net/ipv4/ip_local_port_range': () => '32768\t60999\n',
    'net/dev': () => `Inter-|   Receive  |  Transmit\n  lo: 0 0\neth0: 0 0 # ${context.network.ip}\n`,
  };
}

/** As many as the limit of the container lets it use, at least one. */
export function cpusOf({ context }: System): number {
  const millicores = context.resources()?.limits.cpuMillicores;
  return millicores === undefined ? DEFAULT_CPUS : Math.max(1, Math.ceil(millicores / 1000));
}

const DEFAULT_CPUS = 4;

/** One row for each mounted folder, as `mount` and `/proc/mounts` show them. */
export function mountRows({ context }: System): string {
  const own = ['overlay / overlay rw,relatime 0 0', 'proc /proc proc rw,nosuid,nodev,noexec 0 0', 'tmpfs /dev tmpfs rw,nosuid 0 0'];
  const volumes = context.mounts.map(({ path, readOnly }) => `kubernats ${path} volume ${readOnly ? 'ro' : 'rw'},relatime 0 0`);
  return `${[...own, ...volumes].join('\n')}\n`;
}

/** The files of one process. */
export function processFiles(entry: ProcessEntry): Texts {
  const name = (entry.argv[0] ?? '').replace(/^.*\//, '');
  return {
    cmdline: () => entry.argv.map((word) => `${word}\0`).join(''),
    comm: () => `${name}\n`,
    environ: () =>
      entry instanceof Process
        ? Object.entries(entry.env)
            .map(([key, value]) => `${key}=${value}\0`)
            .join('')
        : '',
    stat: () => `${entry.pid} (${name}) S ${entry.ppid} ${entry.pid} ${entry.pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 0 0 0\n`,
    status: () => `Name:\t${name}\nState:\tS (sleeping)\nPid:\t${entry.pid}\nPPid:\t${entry.ppid}\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n`,
    cgroup: () => '0::/\n',
  };
}
