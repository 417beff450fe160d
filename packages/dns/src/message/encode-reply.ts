import { type Answer, encode } from 'dns-packet';
import {
  canonicalName,
  type DnsRecord,
  FLAGS,
  HEADER_BYTES,
  type Query,
  RCODES,
  type Rcode,
  type Reply,
  SAFE_UDP_BYTES,
} from './message.ts';

/** A name's compressed form where it is the question's: a pointer to that (RFC 1035, 4.1.4). It keeps the asker's spelling, too. */
const QUESTION_POINTER = Uint8Array.of(0xc0, HEADER_BYTES);

/**
 * The bytes of an answer of at most `maxBytes`: what does not fit is left out from the end, and the answer says that it is cut unless only
 * additional records are missing (RFC 2181, 9).
 */
export function encodeReply(query: Query, reply: Reply, { maxBytes, recursion }: { maxBytes: number; recursion: boolean }): Uint8Array {
  const code = RCODES[reply.rcode];
  const own = query.edns && optionBytes(code >> 4);
  let room = maxBytes - HEADER_BYTES - query.questionBytes.length - (own?.length ?? 0);
  let isFull = false;
  const fitting = (records: readonly DnsRecord[]): Uint8Array[] => {
    const fit: Uint8Array[] = [];
    for (const record of records) {
      const bytes = recordBytes(record, query.question.name);
      isFull ||= bytes.length > room;
      if (isFull) break;
      room -= bytes.length;
      fit.push(bytes);
    }
    return fit;
  };
  const answers = fitting(reply.answers);
  const authorities = fitting(reply.authorities);
  const isCut = isFull;
  const additionals = [...fitting(reply.additionals), ...(own ? [own] : [])];
  const flags =
    FLAGS.response |
    (reply.authoritative ? FLAGS.authoritative : 0) |
    (isCut ? FLAGS.truncated : 0) |
    (query.recursionDesired ? FLAGS.recursionDesired : 0) |
    (recursion ? FLAGS.recursionAvailable : 0) |
    (code & 0xf);
  const header = headerBytes(query.id, flags, [1, answers.length, authorities.length, additionals.length]);
  return Buffer.concat([header, query.questionBytes, ...answers, ...authorities, ...additionals]);
}

/** An answer to what is not understood: nothing but its number and why. */
export function encodeRefusal(bytes: Uint8Array, rcode: Rcode): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const OPCODE_AND_RD = 0x7900;
  return headerBytes(view.getUint16(0), FLAGS.response | (view.getUint16(2) & OPCODE_AND_RD) | RCODES[rcode], [0, 0, 0, 0]);
}

function headerBytes(id: number, flags: number, counts: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  [id, flags, ...counts].forEach((value, i) => view.setUint16(i * 2, value));
  return bytes;
}

function recordBytes(record: DnsRecord, questionName: string): Uint8Array {
  if (canonicalName(record.name) !== canonicalName(questionName) || questionName === '.') return bytesOf(record);
  const rest = bytesOf({ ...record, name: '.' }).subarray(1);
  return Buffer.concat([QUESTION_POINTER, rest]);
}

const optionBytes = (extendedRcode: number): Uint8Array =>
  bytesOf({
    ...{ name: '.', type: 'OPT', udpPayloadSize: SAFE_UDP_BYTES, extendedRcode, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
  });

/** The library's bytes of one record, without the header that it puts before. */
const bytesOf = (record: Answer): Uint8Array => encode({ answers: [record] }).subarray(HEADER_BYTES);
