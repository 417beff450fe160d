import { createSocket } from 'node:dgram';
import type { Address } from '@kubernats/net';
import { tryListen } from './port.ts';

const DNS_PORT = 53;
/** Where every user may listen. */
const HIGH_PORT = 1053;

/** Where the cluster's DNS can answer: at port 53 of its address, or where this user may not open that (or another program has it) at 1053. */
export async function dnsAddress(host: string): Promise<Address> {
  const refused = (await tryListen(host, DNS_PORT)) ?? (await tryBind(host, DNS_PORT));
  return { host, port: refused === undefined ? DNS_PORT : HIGH_PORT };
}

/** The port of a DNS whose address will be this machine's only later: `machine` is one that it has now. */
export const dnsPortOf = async (machine: string): Promise<number> =>
  (await tryListen(machine, DNS_PORT)) === 'EACCES' ? HIGH_PORT : DNS_PORT;

/** Undefined when datagrams can be had there, else the system's code. */
function tryBind(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ address: host, port }, () => socket.close(() => resolve(undefined)));
  });
}
