import { Buffer } from 'node:buffer';
import { constants, createDeflate } from 'node:zlib';
import { seededRandom } from '@kubernats/clock';
import { describe, expect, it } from 'vitest';
import { DICTIONARY } from './dictionary.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { CONTROL_BYTES_MAX, type Frame, SpdyError } from './frames.ts';
import { HeaderReader, HeaderWriter } from './header-block.ts';

const headers = (...pairs: [string, string][]) => new Map(pairs);
const FRAMES: Frame[] = [
  { type: 'synStream', id: 1, headers: headers(['streamtype', 'error'], ['port', '8080']), fin: true, unidirectional: false },
  { type: 'synReply', id: 1, headers: headers(), fin: false },
  { type: 'data', id: 1, bytes: Buffer.from('hello'), fin: false },
  { type: 'settings', values: new Map([[7, 65_536]]) },
  { type: 'ping', id: 0x8000_0001 },
  { type: 'headers', id: 1, headers: headers(['a', 'ä']), fin: false },
  { type: 'windowUpdate', id: 1, delta: 100 },
  { type: 'rstStream', id: 1, status: 5 },
  { type: 'data', id: 1, bytes: Buffer.alloc(0), fin: true },
  { type: 'goAway', lastId: 1, status: 0 },
];

function written(frames: readonly Frame[]): Buffer {
  const writer = new FrameWriter();
  return Buffer.concat(frames.map((frame) => writer.encode(frame)));
}

/** Pieces of one stream's data that follow each other are joined. */
function read(chunks: readonly Uint8Array[]): Frame[] {
  const reader = new FrameReader();
  const out: Frame[] = [];
  for (const chunk of chunks) {
    for (const frame of reader.push(chunk)) {
      const last = out.at(-1);
      if (frame.type === 'data' && last?.type === 'data' && last.id === frame.id && !last.fin) {
        out[out.length - 1] = { ...frame, bytes: Buffer.concat([last.bytes, frame.bytes]) };
      } else out.push(frame.type === 'data' ? { ...frame, bytes: Buffer.from(frame.bytes) } : frame);
    }
  }
  return out;
}

describe('SPDY frames', () => {
  it('come out as they went in, wherever the bytes are cut', () => {
    const all = written(FRAMES);
    expect(read([all])).toEqual(FRAMES);
    expect(read(Array.from(all, (byte) => Uint8Array.of(byte)))).toEqual(FRAMES);
    for (let cut = 1; cut < all.length; cut++) expect(read([all.subarray(0, cut), all.subarray(cut)])).toEqual(FRAMES);
  });

  it('frames of an unknown type are left out', () => {
    const unknown = Buffer.from([0x80, 3, 0, 99, 0, 0, 0, 2, 1, 2]);
    expect(read([unknown, written(FRAMES.slice(4, 5))])).toEqual(FRAMES.slice(4, 5));
  });

  it.each([
    ['another version', [0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1]],
    ['a ping without its number', [0x80, 3, 0, 6, 0, 0, 0, 0]],
    ['settings that promise more than they hold', [0x80, 3, 0, 4, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff]],
    ['a header block that is no zlib stream', [0x80, 3, 0, 2, 0, 0, 0, 6, 0, 0, 0, 1, 1, 1]],
    ['a control frame that is too long', [0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff]],
  ])('%s is refused', (_, bytes) => {
    expect(() => read([Uint8Array.from(bytes), new Uint8Array(8)])).toThrow(SpdyError);
  });

  it('noise is read or refused, and never anything else', () => {
    const random = seededRandom(3);
    const good = written(FRAMES);
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from(good);
      for (let i = 0; i < 3; i++) bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
      try {
        read([bytes, Uint8Array.from({ length: 50 }, () => Math.floor(random.next() * 256))]);
      } catch (error) {
        expect(error).toBeInstanceOf(SpdyError);
      }
    }
  });
});

describe('header blocks', () => {
  /** What zlib itself makes of them, in one stream with the dictionary, as Go's client does. */
  async function deflated(blocks: readonly Buffer[]): Promise<Buffer[]> {
    const deflate = createDeflate({ dictionary: DICTIONARY, level: constants.Z_BEST_COMPRESSION });
    const out: Buffer[] = [];
    for (const block of blocks) {
      deflate.write(block);
      await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
      out.push(deflate.read() as Buffer);
    }
    return out;
  }

  const plain = (...pairs: [string, string][]): Buffer => {
    const block = new HeaderWriter().encode(new Map(pairs));
    return Buffer.from(block).subarray(11, -5);
  };

  it('later blocks refer to what earlier ones said', async () => {
    const pairs: [string, string][][] = Array.from({ length: 200 }, (_, i) => [
      ['Streamtype', i % 2 === 0 ? 'error' : 'data'],
      ['Port', '8080'],
      ['Requestid', String(i)],
      ['filler', 'x'.repeat(i * 5)],
    ]);
    const reader = new HeaderReader();
    const blocks = await deflated(pairs.map((each) => plain(...each)));
    blocks.forEach((block, i) => {
      expect([...reader.decode(block)]).toEqual(pairs[i]?.map(([name, value]) => [name.toLowerCase(), value]));
    });
  });

  it('a small block that inflates to a large one is refused', async () => {
    const [bomb = Buffer.alloc(0)] = await deflated([plain(['a', '0'.repeat(10 * CONTROL_BYTES_MAX)])]);
    expect(bomb.length).toBeLessThan(CONTROL_BYTES_MAX);
    expect(() => new HeaderReader().decode(bomb)).toThrow(SpdyError);
  });

  it('names of Object.prototype are just names', () => {
    const writer = new HeaderWriter();
    const decoded = new HeaderReader().decode(writer.encode(new Map([['__proto__', 'x']])));
    expect([...decoded]).toEqual([['__proto__', 'x']]);
  });
});
