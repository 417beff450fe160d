import type { Clock } from '@kubernats/clock';
import { type Address, isIp, type Network, NetworkError } from '@kubernats/net';
import { ask } from '../client/ask.ts';
import { type Heard, NameError } from '../message/client-messages.ts';
import { canonicalName, type DnsRecord } from '../message/message.ts';
import { candidates, type ResolvConf } from './resolv-conf.ts';

/** What came of looking for a name: records, nothing of that type, no such name, or nobody who knew. */
export type Lookup =
  | { found: 'records'; name: string; records: readonly DnsRecord[]; heard: Heard; server: Address }
  | { found: 'no data' | 'no such name'; name: string; heard: Heard; server: Address }
  | { found: 'no answer'; name: string; server: Address | undefined };

export interface ResolverParts {
  clock: Clock;
  /** A number that nobody guesses, below 65,536: it tells one query from another. */
  queryId(): number;
  /** How a server is reached: its address and port, over which network and from which address of it. */
  reach(nameserver: string): { network: Network; from: string; server: Address };
  signal?: AbortSignal;
}

/**
 * Looks a name up as the C library does: along the search list, server by server, as often as the options say. An answer without records
 * leads on to the next name of the list.
 */
export async function resolve(conf: ResolvConf, name: string, type: string, parts: ResolverParts): Promise<Lookup> {
  let last: Lookup | undefined;
  let silent: Lookup | undefined;
  for (const candidate of candidates(name, conf)) {
    const lookup = await lookUp(conf, candidate, type, parts);
    if (lookup.found === 'records') return lookup;
    if (lookup.found === 'no answer') silent ??= lookup;
    // That a name is there at all says more than that another is not.
    else if (last?.found !== 'no data') last = lookup;
  }
  return silent ?? last ?? { found: 'no answer', name, server: undefined };
}

async function lookUp(conf: ResolvConf, name: string, type: string, parts: ResolverParts): Promise<Lookup> {
  const known = conf.nameservers.filter(isIp);
  const first = conf.rotate && known.length > 0 ? parts.queryId() % known.length : 0;
  const servers = [...known.slice(first), ...known.slice(0, first)];
  let server: Address | undefined;
  for (let attempt = 0; attempt < conf.attempts; attempt++) {
    for (const nameserver of servers) {
      const reached = parts.reach(nameserver);
      server = reached.server;
      try {
        const { clock, queryId, signal } = parts;
        const heard = await ask(server, name, type, { clock, id: queryId(), signal, timeoutMs: conf.timeoutMs, ...reached });
        const lookup = read(name, type, heard, server);
        if (lookup) return lookup;
      } catch (error) {
        parts.signal?.throwIfAborted();
        // Nobody is asked for a name that is none.
        if (error instanceof NameError) return { found: 'no answer', name, server: undefined };
        if (!(error instanceof NetworkError)) throw error;
      }
    }
  }
  return { found: 'no answer', name, server };
}

/** Undefined: the server does not know, and the next one is asked. */
function read(name: string, type: string, heard: Heard, server: Address): Lookup | undefined {
  if (heard.rcode === 'NXDOMAIN') return { found: 'no such name', name, heard, server };
  if (heard.rcode !== 'NOERROR') return undefined;
  const records = type === 'ANY' ? heard.answers : recordsOf(heard.answers, name, type);
  return records.length > 0 ? { found: 'records', name, records, heard, server } : { found: 'no data', name, heard, server };
}

/** The records of a type at the end of a name's aliases. */
export function recordsOf(answers: readonly DnsRecord[], name: string, type: string): DnsRecord[] {
  let at = canonicalName(name);
  for (let steps = 0; steps <= answers.length; steps++) {
    const here = answers.filter((record) => canonicalName(record.name) === at);
    const found = here.filter((record) => record.type === type);
    if (found.length > 0) return found;
    const alias = here.find((record) => record.type === 'CNAME');
    if (alias?.type !== 'CNAME') return [];
    at = canonicalName(alias.data);
  }
  return [];
}

/** The addresses among records. */
export function addressesOf(records: readonly DnsRecord[]): string[] {
  return records.flatMap((record) => (record.type === 'A' || record.type === 'AAAA' ? [record.data] : []));
}
