import { seededRandom } from '@kubernats/clock';
import { describe, expect, it } from 'vitest';
import { Channel, ChannelDecoder, ChannelFrameError, encodeChannelFrame, WHOLE_FRAME_BYTES_MAX } from './channel-frames.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What comes out, pieces of one channel that follow each other joined, as `channel:text`. */
function decoded(chunks: readonly Uint8Array[]): string[] {
  const decoder = new ChannelDecoder();
  const out: { channel: number; text: string }[] = [];
  for (const chunk of chunks) {
    for (const { channel, payload } of decoder.push(chunk)) {
      const last = out.at(-1);
      const text = Buffer.from(payload).toString('latin1');
      if (last?.channel === channel && channel < 3) last.text += text;
      else out.push({ channel, text });
    }
  }
  return out.map(({ channel, text }) => `${channel}:${text}`);
}

describe('channel frames', () => {
  it('come out as they went in, wherever the bytes are cut', () => {
    const all = Buffer.concat([
      encodeChannelFrame(Channel.stdin, bytes('typed')),
      encodeChannelFrame(Channel.stdout, bytes('out')),
      encodeChannelFrame(Channel.resize, bytes('{"Width":80,"Height":24}')),
      encodeChannelFrame(Channel.stdout, new Uint8Array()),
      encodeChannelFrame(Channel.status, new Uint8Array()),
      encodeChannelFrame(Channel.close, Uint8Array.of(Channel.stdin)),
    ]);
    const expected = ['0:typed', '1:out', '4:{"Width":80,"Height":24}', '3:', '255:\0'];
    expect(decoded([all])).toEqual(expected);
    expect(decoded(Array.from(all, (byte) => Uint8Array.of(byte)))).toEqual(expected);
    for (let cut = 1; cut < all.length; cut++) expect(decoded([all.subarray(0, cut), all.subarray(cut)])).toEqual(expected);
  });

  it('data is handed over as it comes, however long its frame says that it is', () => {
    const decoder = new ChannelDecoder();
    const head = Uint8Array.of(Channel.stdout, 0xff, 0xff, 0xff, 0xff);
    expect([...decoder.push(head)]).toEqual([]);
    expect([...decoder.push(bytes('a'))]).toEqual([{ channel: Channel.stdout, payload: bytes('a') }]);
  });

  it('a long frame of another channel is refused before it is gathered', () => {
    const frame = encodeChannelFrame(Channel.status, new Uint8Array(WHOLE_FRAME_BYTES_MAX + 1));
    expect(() => [...new ChannelDecoder().push(frame.subarray(0, 5))]).toThrow(ChannelFrameError);
  });

  it('noise is decoded or refused, and never anything else', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 500; round++) {
      const decoder = new ChannelDecoder();
      try {
        for (let chunk = 0; chunk < 8; chunk++) {
          const noise = Uint8Array.from({ length: Math.floor(random.next() * 40) }, () => Math.floor(random.next() * 256));
          for (const { payload } of decoder.push(noise)) expect(payload.length).toBeLessThanOrEqual(WHOLE_FRAME_BYTES_MAX);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ChannelFrameError);
      }
    }
  });
});
