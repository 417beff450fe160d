import { decode } from 'dns-packet';
import { encodeRefusal } from './encode-reply.ts';
import { FLAGS, HEADER_BYTES, type Query } from './message.ts';

/** The records that may come behind a question: EDNS and a signature. */
const ADDITIONALS_MAX = 2;

/**
 * Reads a packet that came to a server. A `Query` is to be answered, bytes are the answer (to what cannot be read or is no query), and
 * undefined means that nothing is said: it is itself an answer, or too short to have a number. Never throws, whatever the bytes are.
 */
export function readQuery(bytes: Uint8Array): Query | Uint8Array | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  if ((flags & FLAGS.response) !== 0) return undefined;
  if (((flags >> 11) & 0xf) !== 0) return encodeRefusal(bytes, 'NOTIMP');
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((offset) => view.getUint16(offset));
  const end = questionEnd(bytes);
  // The counts are looked at first: they say how much the library would set aside.
  const isSound = questions === 1 && answers === 0 && authorities === 0 && (additionals ?? 0) <= ADDITIONALS_MAX;
  if (!isSound || end === undefined) return encodeRefusal(bytes, 'FORMERR');
  try {
    const packet = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const question = packet.questions?.[0];
    if (question === undefined) return encodeRefusal(bytes, 'FORMERR');
    const options = (packet.additionals ?? []).filter((record) => record.type === 'OPT');
    if (options.length > 1) return encodeRefusal(bytes, 'FORMERR');
    const [option] = options;
    return {
      id: view.getUint16(0),
      recursionDesired: (flags & FLAGS.recursionDesired) !== 0,
      question: { name: question.name, type: question.type, class: question.class ?? 'IN' },
      edns: option && { version: option.ednsVersion, udpPayloadBytes: option.udpPayloadSize },
      questionBytes: bytes.slice(HEADER_BYTES, end),
    };
  } catch {
    return encodeRefusal(bytes, 'FORMERR');
  }
}

/** Where the first question ends. Nothing stands before it that its name could point to, so that it is spelt out. */
function questionEnd(bytes: Uint8Array): number | undefined {
  let at = HEADER_BYTES;
  for (let length = bytes[at]; length !== 0; length = bytes[at]) {
    if (length === undefined || length > 63) return undefined;
    at += 1 + length;
  }
  const end = at + 5;
  return end <= bytes.length ? end : undefined;
}
