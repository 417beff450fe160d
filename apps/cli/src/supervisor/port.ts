import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { Failure } from '../failure.ts';

/** Throws a Failure that says who has it when the port cannot be listened on. */
export async function requireFreePort(host: string, port: number, option: string): Promise<void> {
  const code = await tryListen(host, port);
  if (code === undefined) return;
  if (code === 'EACCES') throw new Failure(`${option} ${port}: ports below 1024 need a right that this user lacks. Choose one above.`);
  throw new Failure(
    `${option} ${port} on ${host} is taken${byWhom(port)} (${code}).\nStop that process, or choose another port with ${option} PORT.`,
  );
}

/** ` by NAME (process N)`, where that can be found out. */
export function byWhom(port: number): string {
  const owner = ownerOf(port);
  return owner ? ` by ${owner}` : '';
}

/** A port that nobody listens on now. */
export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** The port that is wanted, or another one where somebody has it. */
export async function portOrFree(host: string, wanted: number): Promise<number> {
  return (await tryListen(host, wanted)) === undefined ? wanted : freePort(host);
}

/** Undefined when it works, else the system's code. */
export function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** `name (process 12)`, found through /proc; undefined when it is another user's. */
function ownerOf(port: number): string | undefined {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readSafely(table).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port && inode) inodes.add(`socket:[${inode}]`);
    }
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
        if (inodes.has(readlinkSync(`/proc/${pid}/fd/${descriptor}`))) return `${readSafely(`/proc/${pid}/comm`).trim()} (process ${pid})`;
      }
    } catch {
      // gone meanwhile, or not ours to look at
    }
  }
  return undefined;
}

function readSafely(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
