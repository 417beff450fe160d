import { readdirSync, readFileSync } from 'node:fs';

const LISTEN = '0A';

/** The command line of a process; '' when it is gone or a zombie. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Processes that were started with this text on their command line. */
export function processesWith(text: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
    .filter(({ command }) => command.includes(text));
}

/** IPv4 addresses and ports that anyone on this machine listens on. */
export const listeners = (): Listener[] => listenersIn(readFileSync('/proc/net/tcp', 'utf8'));

export interface Listener {
  ip: string;
  port: number;
}

/** Of the text of /proc/net/tcp. Source: proc(5). */
export function listenersIn(table: string): Listener[] {
  const rows = table.trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', , state] = row.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === LISTEN ? { ip: [...Buffer.from(address, 'hex').reverse()].join('.'), port: Number.parseInt(port, 16) } : [];
  });
}

/** What is in a folder; nothing where there is none. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
