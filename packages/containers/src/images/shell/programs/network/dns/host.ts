import type { DnsRecord, Lookup } from '@kubernats/dns';
import { isIp } from '@kubernats/net';
import { Complaint } from '../../../process/errors.ts';
import type { Program } from '../../../process/invocation.ts';
import { flagsOf } from '../../flags.ts';
import { lookUp, NO_SERVERS, questionOf } from './asking.ts';
import { chainOf } from './nslookup.ts';
import { dataText } from './record-text.ts';

const SAYS: Readonly<Record<string, string>> = {
  A: 'has address',
  AAAA: 'has IPv6 address',
  CNAME: 'is an alias for',
  MX: 'mail is handled by',
  NS: 'name server',
  PTR: 'domain name pointer',
  SOA: 'has SOA record',
  SRV: 'has SRV record',
  TXT: 'descriptive text',
};

/** `host [-t TYPE] NAME [SERVER]`. */
export const host: Program = async (run) => {
  const { values, words } = flagsOf(run.args, 'tW');
  const [word, server] = words;
  if (word === undefined) throw new Complaint('usage: host [-t TYPE] NAME [SERVER]');
  const { name, type } = questionOf(word, values.get('t')?.toUpperCase());
  const lookup = await lookUp(run, name, type, server);
  if (lookup.found === 'no answer') {
    await run.out(`${NO_SERVERS}\n`);
    return 1;
  }
  const { host: address, port } = lookup.server;
  if (server !== undefined) await run.out(`Using domain server:\nName: ${server}\nAddress: ${address}#${port}\nAliases: \n\n`);
  await run.out(textOf(lookup, word, type));
  return lookup.found === 'no such name' ? 1 : 0;
};

function textOf(lookup: Exclude<Lookup, { found: 'no answer' }>, word: string, type: string): string {
  if (lookup.found === 'no such name') return `Host ${isIp(word) ? `${lookup.name}.` : word} not found: 3(NXDOMAIN)\n`;
  const chain = chainOf(lookup.heard, lookup.name, type);
  return chain.length > 0 ? chain.map(lineOf).join('') : `${lookup.name} has no ${type} record\n`;
}

const lineOf = (record: DnsRecord): string => `${record.name} ${SAYS[record.type] ?? `has ${record.type} record`} ${dataText(record)}\n`;
