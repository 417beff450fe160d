import { invalidValue } from '@kubernats/apimachinery';
import type { Random } from '@kubernats/clock';
import { type Cause, internalError } from '@kubernats/errors';
import { addressAt, type IpRange, isInRange, reservedOf } from './ip-range.ts';
import type { Pool } from './pool.ts';

const TRIES = 64;

/** The address that was asked for; or what is wrong with it. */
export async function takeRequestedAddress(range: IpRange, wanted: string, pool: Pool): Promise<Cause | undefined> {
  const refuse = (why: string) => invalidValue('spec.clusterIPs', [wanted], `failed to allocate IP ${wanted}: ${why}`);
  if (!isInRange(range, wanted)) {
    return refuse(`the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${range.cidr}`);
  }
  return (await pool.take(wanted)) ? undefined : refuse('provided IP is already allocated');
}

/** Any free address. The lower part of the range is left, as long as it can be, to those who ask for an address by name (KEP-3070). */
export async function takeFreeAddress(range: IpRange, pool: Pool, random: Random): Promise<string> {
  const reserved = reservedOf(range);
  for (let tries = 0; tries < TRIES; tries++) {
    const address = addressAt(range, reserved + random.int(range.size - reserved));
    if (!pool.isTaken(address) && (await pool.take(address))) return address;
  }
  for (let offset = range.size - 1; offset >= 0; offset--) {
    const address = addressAt(range, offset);
    if (!pool.isTaken(address) && (await pool.take(address))) return address;
  }
  throw internalError('failed to allocate a serviceIP: range is full');
}
