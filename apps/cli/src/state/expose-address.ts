import { networkInterfaces } from 'node:os';
import { cidrContains, isIp } from '@kubernats/net';
import { Failure } from '../failure.ts';

/**
 * The address of `--expose`, or the one of the last time; '' forgets it. `own` are this machine's addresses. Throws a Failure when it is
 * not an IPv4 address of this machine that others can reach.
 */
export function exposeAddress(
  flag: string | undefined,
  before: string | undefined,
  own: readonly string[] = ownAddresses(),
): string | undefined {
  if (flag === '') return undefined;
  const address = flag ?? before;
  if (address === undefined) return undefined;
  const wrong = (why: string): Failure =>
    new Failure(
      `--expose ${address}: ${why}. This machine has: ${own.join(', ') || 'none that others reach'}. (--expose '' goes on without.)`,
      2,
    );
  if (!isIp(address)) throw wrong('must be an IPv4 address');
  if (cidrContains('127.0.0.0/8', address))
    throw wrong('a loopback address is reached by this machine only, where everything is open already');
  if (!own.includes(address)) throw wrong('not an address of this machine');
  return address;
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}
