import { type DnsRecord, type Heard, type Lookup, recordsOf } from '@kubernats/dns';
import type { Address } from '@kubernats/net';
import { Complaint } from '../../../process/errors.ts';
import type { Program } from '../../../process/invocation.ts';
import { lookUp, NO_SERVERS, questionOf } from './asking.ts';
import { dataText } from './record-text.ts';

/** `nslookup [-type=TYPE] NAME [SERVER]`, as BIND's prints. */
export const nslookup: Program = async (run) => {
  const options = run.args.filter((arg) => arg.startsWith('-'));
  const [word, server] = run.args.filter((arg) => !arg.startsWith('-'));
  if (word === undefined) throw new Complaint('usage: nslookup [-type=TYPE] HOST [SERVER]');
  const wanted = options.flatMap((option) => /^-(?:type|query|querytype|q)=(\w+)$/i.exec(option)?.[1]?.toUpperCase() ?? []).at(-1);
  const { name, type } = questionOf(word, wanted);
  const lookup = await lookUp(run, name, type, server);
  if (lookup.found === 'no answer') {
    await run.out(`${NO_SERVERS}\n\n`);
    return 1;
  }
  await run.out(`${headOf(lookup.server)}\n`);
  await run.out(`${bodyOf(lookup, type)}\n`);
  return lookup.found === 'records' ? 0 : 1;
};

const headOf = ({ host, port }: Address): string => `Server:\t\t${host}\nAddress:\t${host}#${port}\n`;

function bodyOf(lookup: Exclude<Lookup, { found: 'no answer' }>, type: string): string {
  if (lookup.found === 'no such name') return `** server can't find ${lookup.name}: NXDOMAIN\n`;
  const chain = chainOf(lookup.heard, lookup.name, type);
  // An alias is an answer, even where it leads nowhere.
  if (chain.length === 0) return `*** Can't find ${lookup.name}: No answer\n`;
  const note = lookup.heard.flags.authoritative ? '' : 'Non-authoritative answer:\n';
  return note + chain.map(lineOf).join('');
}

/** The aliases on the way, then what they lead to. */
export function chainOf({ answers }: Heard, name: string, type: string): DnsRecord[] {
  const aliases = answers.filter((record) => record.type === 'CNAME' && type !== 'CNAME');
  return [...aliases, ...(type === 'ANY' ? answers.filter((record) => record.type !== 'CNAME') : recordsOf(answers, name, type))];
}

function lineOf(record: DnsRecord): string {
  const { name } = record;
  const text = dataText(record);
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${text}\n`;
    case 'CNAME':
      return `${name}\tcanonical name = ${text}\n`;
    case 'PTR':
      return `${name}\tname = ${text}\n`;
    case 'SRV':
      return `${name}\tservice = ${text}\n`;
    case 'TXT':
      return `${name}\ttext = ${text}\n`;
    case 'NS':
      return `${name}\tnameserver = ${text}\n`;
    case 'MX':
      return `${name}\tmail exchanger = ${text}\n`;
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      const times = `\tserial = ${serial}\n\trefresh = ${refresh}\n\tretry = ${retry}\n\texpire = ${expire}\n\tminimum = ${minimum}\n`;
      return `${name}\n\torigin = ${mname}\n\tmail addr = ${rname}\n${times}`;
    }
    default:
      return `${name}\t${record.type} = ${text}\n`;
  }
}
