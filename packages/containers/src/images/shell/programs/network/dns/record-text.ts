import type { DnsRecord } from '@kubernats/dns';

/** A name as it is written in full: with its dot at the end. */
export const dotted = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

/** What a record says, as in a zone file. Source: RFC 1035, 5.1. */
export function dataText(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.data;
    case 'CNAME':
    case 'DNAME':
    case 'NS':
    case 'PTR':
      return dotted(record.data);
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = record.data;
      return `${priority} ${weight} ${port} ${dotted(target)}`;
    }
    case 'MX':
      return `${record.data.preference ?? 0} ${dotted(record.data.exchange)}`;
    case 'TXT':
      return textsOf(record.data).join(' ');
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return [dotted(mname), dotted(rname), serial, refresh, retry, expire, minimum].join(' ');
    }
    default:
      return unknownText(record.data);
  }
}

function textsOf(data: string | Buffer | (string | Buffer)[]): string[] {
  return [data].flat().map((text) => `"${text.toString().replace(/["\\]/g, '\\$&')}"`);
}

/** Of a type that is not known here: RFC 3597. */
function unknownText(data: unknown): string {
  return Buffer.isBuffer(data) ? `\\# ${data.length} ${data.toString('hex').toUpperCase()}` : JSON.stringify(data);
}
