import { decode, encode, type RecordType } from 'dns-packet';
import { canonicalName, type DnsRecord, FLAGS, HEADER_BYTES, RCODES, SAFE_UDP_BYTES } from './message.ts';

/** A question to a server, asked with recursion and EDNS(0). Throws when the name is none: a label over 63 bytes, or 253 in all. */
export function encodeQuestion(id: number, name: string, type: string): Uint8Array {
  checkName(name);
  return encode({
    type: 'query',
    id,
    flags: FLAGS.recursionDesired,
    questions: [{ name: name === '' ? '.' : name, type: type as RecordType, class: 'IN' }],
    additionals: [
      { name: '.', type: 'OPT', udpPayloadSize: SAFE_UDP_BYTES, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
    ],
  });
}

/** A name that no question can hold. */
export class NameError extends Error {
  override readonly name = 'NameError';
}

function checkName(name: string): void {
  const labels = name.replace(/\.$/, '').split('.');
  const isNone = name !== '.' && name !== '' && labels.some((label) => label === '' || Buffer.byteLength(label) > 63);
  if (isNone || Buffer.byteLength(name) > 254) throw new NameError(`${JSON.stringify(name)} is not a legal name`);
}

/** What a server said. */
export interface Heard {
  /** The name of the code, or `RCODE<number>`. */
  rcode: string;
  flags: { authoritative: boolean; truncated: boolean; recursionDesired: boolean; recursionAvailable: boolean };
  id: number;
  answers: readonly DnsRecord[];
  authorities: readonly DnsRecord[];
  additionals: readonly DnsRecord[];
  /** Whether it spoke EDNS(0), and the largest datagram that it takes. */
  ednsUdpBytes: number | undefined;
  bytes: number;
}

/** Reads the answer to a question. Undefined: it is none, or to another one. Never throws. */
export function readAnswer(bytes: Uint8Array, asked: { id: number; name: string }): Heard | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  if ((flags & FLAGS.response) === 0 || view.getUint16(0) !== asked.id) return undefined;
  const code = flags & 0xf;
  const rcode = Object.entries(RCODES).find(([, value]) => value === code)?.[0] ?? `RCODE${code}`;
  const has = (flag: keyof typeof FLAGS): boolean => (flags & FLAGS[flag]) !== 0;
  const seen = {
    rcode,
    flags: {
      ...{ authoritative: has('authoritative'), truncated: has('truncated') },
      ...{ recursionDesired: has('recursionDesired'), recursionAvailable: has('recursionAvailable') },
    },
    id: asked.id,
    bytes: bytes.length,
  };
  const counts = [4, 6, 8, 10].map((offset) => view.getUint16(offset));
  // A server that could not read the question need not repeat it.
  if (counts[0] === 0 && code !== 0) return { ...seen, answers: [], authorities: [], additionals: [], ednsUdpBytes: undefined };
  // No record is shorter than 11 bytes: larger counts are lies, and the library would set room aside for them.
  if (counts[0] !== 1 || counts.slice(1).reduce((sum, count) => sum + count, 0) * 11 > bytes.length) return undefined;
  try {
    const { questions = [], answers = [], authorities = [], additionals = [] } = decode(Buffer.from(bytes));
    if (canonicalName(questions[0]?.name ?? '') !== canonicalName(asked.name === '' ? '.' : asked.name)) return undefined;
    const plain = (records: typeof answers): DnsRecord[] => records.filter((record): record is DnsRecord => record.type !== 'OPT');
    const option = additionals.find((record) => record.type === 'OPT');
    const rest = { answers: plain(answers), authorities: plain(authorities), additionals: plain(additionals) };
    return { ...seen, ...rest, ednsUdpBytes: option?.udpPayloadSize };
  } catch {
    return undefined;
  }
}
