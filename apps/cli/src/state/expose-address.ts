import { machineAddress, ownAddresses } from './machine-address.ts';

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
  return address === undefined
    ? undefined
    : machineAddress({
        ...{ option: '--expose', address, own, instead: " (--expose '' goes on without.)" },
        onLoopback: 'a loopback address is reached by this machine only, where everything is open already',
      });
}
