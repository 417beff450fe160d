import { request } from 'node:http';
import type { Address, Network } from '@kubernats/net';

/** Whether `GET /healthz` at the address is answered with 200. Anything else, and an abort, is a no. Never rejects. */
export async function httpCheck(network: Network, { host, port }: Address, signal: AbortSignal): Promise<boolean> {
  try {
    const connection = await network.dial({ host, port }, { signal });
    try {
      return (await statusCode(connection, `${host}:${port}`, signal)) === 200;
    } finally {
      connection.destroy();
    }
  } catch {
    return false;
  }
}

function statusCode(connection: Awaited<ReturnType<Network['dial']>>, host: string, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'user-agent': 'kubernats-load-balancer', connection: 'close' };
    const asked = request({ createConnection: () => connection, path: '/healthz', headers, signal }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}
