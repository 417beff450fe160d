import type { Clock, Ids } from '@kubernats/clock';
import { addressesOf, parseResolvConf, queryIds, type ResolverParts, resolve } from '@kubernats/dns';
import type { Files } from '@kubernats/files';
import { isIp, type Network, NetworkError } from '@kubernats/net';
import { ownName, unknownName } from './pod-network.ts';

const DNS_PORT = 53;

export interface LookupParts {
  /** The container's file tree: its `/etc/hosts` and `/etc/resolv.conf` count, as they are at the moment. */
  files: Files;
  /** The Pod's. */
  network: Network & { readonly ip: string };
  hostname: string;
  /** Name servers that listen on another port than 53, by address. */
  nameserverPorts: Readonly<Record<string, number>>;
  clock: Clock;
  ids: Ids;
  /** Aborts when the container has ended. */
  signal: AbortSignal;
}

/**
 * Finds addresses of names as programs of a container do: in its hosts file, then by DNS. Throws a `NetworkError`: ENOTFOUND when there is no
 * such name, EAI_AGAIN when no server could say.
 */
export function containerLookup(parts: LookupParts): (name: string) => Promise<string> {
  const { files, network, hostname, nameserverPorts, clock, ids, signal } = parts;
  const reach = reachBy(network, nameserverPorts);
  const queryId = queryIds(ids);
  return async (name) => {
    const known = addressInHosts(await textOf(files, '/etc/hosts'), name) ?? ownName(name, network.ip, hostname);
    if (known !== undefined) return known;
    const conf = parseResolvConf(await textOf(files, '/etc/resolv.conf'));
    const lookup = await resolve(conf, name, 'A', { clock, queryId, reach, signal });
    const [address] = lookup.found === 'records' ? addressesOf(lookup.records) : [];
    if (address !== undefined) return address;
    if (lookup.found !== 'no answer' || lookup.server === undefined) throw unknownName(name);
    throw new NetworkError('EAI_AGAIN', `getaddrinfo EAI_AGAIN ${name}`);
  };
}

/** The way from a Pod to a name server. */
export function reachBy(network: Network, nameserverPorts: Readonly<Record<string, number>>): ResolverParts['reach'] {
  return (host) => ({ network, from: '0.0.0.0', server: { host, port: nameserverPorts[host] ?? DNS_PORT } });
}

/** The IPv4 address that the text of a hosts file gives to a name. */
export function addressInHosts(text: string, name: string): string | undefined {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  for (const line of text.split('\n')) {
    const [ip = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIp(ip) && names.some((each) => each.toLowerCase() === wanted)) return ip;
  }
  return undefined;
}

/** The names that the text of a hosts file gives to an address. */
export function namesInHosts(text: string, ip: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [first, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return first === ip ? names : [];
  });
}

/** A text file of the container; empty where there is none. */
export async function textOf(files: Files, path: string): Promise<string> {
  return (await files.stat(path))?.kind === 'file' ? new TextDecoder().decode(await files.read(path)) : '';
}
