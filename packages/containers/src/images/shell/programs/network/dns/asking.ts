// What the programs that ask for names have in common. They ask the servers that the container's resolv.conf names, from the Pod.
import { type Lookup, parseResolvConf, type ResolvConf, type ResolverParts, resolve, reverseName } from '@kubernats/dns';
import { isIp } from '@kubernats/net';
import { reachBy, textOf } from '../../../../../network/container-lookup.ts';
import { Complaint } from '../../../process/errors.ts';
import type { Invocation } from '../../../process/invocation.ts';

export const NO_SERVERS = ';; connection timed out; no servers could be reached';

export async function resolvConfOf(run: Invocation): Promise<ResolvConf> {
  return parseResolvConf(await textOf(run.system.context.files, '/etc/resolv.conf'));
}

/** How servers are reached; with a `port`, all of them there. */
export function resolverParts(run: Invocation, port?: number): ResolverParts {
  const { context, network, clock } = run.system;
  const reach = reachBy(network, context.nameserverPorts);
  return {
    clock,
    queryId: () => run.system.random.int(0x1_0000),
    signal: run.process.abortSignal,
    reach: (host) => (port === undefined ? reach(host) : { ...reach(host), server: { host, port } }),
  };
}

/** Looks a name up along the search list; with a `server`, asks that one. */
export async function lookUp(run: Invocation, name: string, type: string, server?: string): Promise<Lookup> {
  const conf = await resolvConfOf(run);
  const nameservers = server === undefined ? conf.nameservers : [await serverAddress(run, server)];
  return run.process.wait(resolve({ ...conf, nameservers }, name, type, resolverParts(run)));
}

/** The address of a server that may be named. */
export async function serverAddress(run: Invocation, server: string): Promise<string> {
  try {
    return await run.process.wait(run.system.network.lookup(server));
  } catch {
    run.process.check();
    throw new Complaint(`couldn't get address for '${server}': not found`);
  }
}

/** An address stands for its reverse name, and is asked for a pointer. */
export function questionOf(word: string, type: string | undefined): { name: string; type: string } {
  return isIp(word) && type === undefined ? { name: `${reverseName(word)}.`, type: 'PTR' } : { name: word, type: type ?? 'A' };
}
