// DNS messages (RFC 1035, EDNS(0): RFC 6891). The library `dns-packet` knows the records' bytes; what a server must decide about a
// packet before it trusts it is decided here.
import type { Answer } from 'dns-packet';

/** A record, as the library has it: `{ name, type, ttl, data }`. Names have no dot at their end; the root is `.`. */
export type DnsRecord = Exclude<Answer, { type: 'OPT' }>;

/** A question, its name as it was asked. Types and classes without a name are `UNKNOWN_<number>`. */
export interface Question {
  name: string;
  type: string;
  class: string;
}

/** What the asker says of itself by EDNS(0). */
export interface Edns {
  version: number;
  /** The largest datagram that it takes. */
  udpPayloadBytes: number;
}

/** A query that can be answered. */
export interface Query {
  id: number;
  recursionDesired: boolean;
  question: Question;
  edns: Edns | undefined;
  /** The question as it came, byte by byte: an answer repeats it so. */
  questionBytes: Uint8Array;
}

export const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  /** Extended: its upper bits travel in the EDNS record. */
  BADVERS: 16,
} as const;

export type Rcode = keyof typeof RCODES;

/** What a server answers. */
export interface Reply {
  rcode: Rcode;
  /** The server is the zone's own. */
  authoritative: boolean;
  answers: readonly DnsRecord[];
  authorities: readonly DnsRecord[];
  additionals: readonly DnsRecord[];
}

export const emptyReply = (rcode: Rcode): Reply => ({ rcode, authoritative: false, answers: [], authorities: [], additionals: [] });

export const FLAGS = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
} as const;

export const HEADER_BYTES = 12;
/** The largest datagram for whoever says nothing else. */
export const PLAIN_UDP_BYTES = 512;
/** What datagrams may hold without being taken apart on the way (DNS flag day 2020). */
export const SAFE_UDP_BYTES = 1232;

/** Names are compared without regard to case, and a dot at the end says nothing here. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
