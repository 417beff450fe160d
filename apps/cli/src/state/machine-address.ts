import { networkInterfaces } from 'node:os';
import { cidrContains, isIp } from '@kubernats/net';
import { Failure } from '../failure.ts';

/** An address that a person has given, and the words for one that will not do. */
export interface GivenAddress {
  option: string;
  address: string;
  /** This machine's addresses. */
  own: readonly string[];
  /** Why a loopback address will not do. */
  onLoopback: string;
  /** What can be done instead. */
  instead?: string;
}

/** The address, when it is an IPv4 address of this machine that others can reach. Throws a Failure that lists those there are. */
export function machineAddress({ option, address, own, onLoopback, instead = '' }: GivenAddress): string {
  const wrong = (why: string): Failure =>
    new Failure(`${option} ${address}: ${why}. This machine has: ${own.join(', ') || 'none that others reach'}.${instead}`, 2);
  if (!isIp(address)) throw wrong('must be an IPv4 address');
  if (cidrContains('127.0.0.0/8', address)) throw wrong(onLoopback);
  if (!own.includes(address)) throw wrong('not an address of this machine');
  return address;
}

export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}
