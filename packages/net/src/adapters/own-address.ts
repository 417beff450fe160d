import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { NetworkError } from '../port.ts';

/** The address of this machine from which it reaches `host` (an address or a name). Nothing is sent. */
export function addressTowards(host: string): Promise<string> {
  // One of its own it reaches from there, though the system would choose the first of the card.
  if (machineAddresses().includes(host)) return Promise.resolve(host);
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const fail = (error: Error): void => {
      socket.close();
      const code = 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
      reject(new NetworkError(code, `this machine has no way to ${host}: ${code}`));
    };
    socket.once('error', fail);
    // Any port: a datagram socket that is connected has chosen its source, and has spoken to nobody.
    socket.connect(9, host, (error?: Error) => {
      if (error) return fail(error);
      const { address } = socket.address();
      socket.close(() => resolve(address));
    });
  });
}

/** The IPv4 addresses that this machine has now, without those of its ranges of Pods. */
export function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
}
