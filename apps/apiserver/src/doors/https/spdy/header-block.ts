import { Buffer } from 'node:buffer';
import { constants, inflateRawSync } from 'node:zlib';
import { DICTIONARY } from './dictionary.ts';
import { type Headers, SpdyError } from './frames.ts';

/** A zlib stream that refers to the dictionary: its head, and the dictionary's checksum. */
const ZLIB_HEAD = Uint8Array.of(0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2);
const ZLIB_WINDOW_BYTES = 32 * 1024;
/** A block that stores nothing, as a flush writes it: Go's reader hands out what came before only when it sees this. */
const FLUSH = Uint8Array.of(0, 0, 0, 0xff, 0xff);
const STORED_BYTES_MAX = 65_535;
/** A block that inflates to more is an attack. */
const BLOCK_BYTES_MAX = 64 * 1024;

/** Writes the header blocks of one direction: deflate blocks that only store, so that nothing has to be kept between them. */
export class HeaderWriter {
  #begun = false;

  encode(headers: Headers): Uint8Array {
    const plain = plainBlock(headers);
    const parts: Uint8Array[] = this.#begun ? [] : [ZLIB_HEAD];
    this.#begun = true;
    for (let at = 0; at < plain.length; at += STORED_BYTES_MAX) {
      const part = plain.subarray(at, at + STORED_BYTES_MAX);
      const head = Buffer.alloc(5);
      head.writeUInt16LE(part.length, 1);
      head.writeUInt16LE(~part.length & 0xffff, 3);
      parts.push(head, part);
    }
    parts.push(FLUSH);
    return Buffer.concat(parts);
  }
}

/**
 * Reads the header blocks of one direction. They are parts of one zlib stream, each flushed to a byte's border; what a part may refer to
 * is the last 32 KiB before it, which it is given as its dictionary. Throws `SpdyError`.
 */
export class HeaderReader {
  #before: Buffer = DICTIONARY;
  #begun = false;

  decode(block: Uint8Array): Headers {
    let body = block;
    if (!this.#begun) {
      if (block.length < 2 || ((block[0] ?? 0) & 0x0f) !== 8) throw new SpdyError('a header block is no zlib stream');
      const withDictionary = ((block[1] ?? 0) & 0x20) !== 0;
      body = block.subarray(withDictionary ? ZLIB_HEAD.length : 2);
      this.#begun = true;
    }
    const plain = this.#inflate(body);
    this.#before = Buffer.concat([this.#before, plain]).subarray(-ZLIB_WINDOW_BYTES);
    return parsePlain(plain);
  }

  #inflate(body: Uint8Array): Buffer {
    try {
      return inflateRawSync(body, { dictionary: this.#before, finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: BLOCK_BYTES_MAX });
    } catch (error) {
      throw new SpdyError(`a header block cannot be inflated: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function plainBlock(headers: Headers): Buffer {
  const parts: Buffer[] = [uint32(headers.size)];
  for (const [name, value] of headers) for (const text of [name, value]) parts.push(uint32(Buffer.byteLength(text)), Buffer.from(text));
  return Buffer.concat(parts);
}

function parsePlain(plain: Buffer): Headers {
  let at = 0;
  const number = (): number => {
    if (at + 4 > plain.length) throw new SpdyError('a header block ends too early');
    at += 4;
    return plain.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (at + length > plain.length) throw new SpdyError('a header block ends too early');
    at += length;
    return plain.toString('utf8', at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = number(); left > 0; left--) headers.set(text().toLowerCase(), text());
  return headers;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
