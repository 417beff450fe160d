import { decode } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { address, queryBytes, replyWith, type Wanted } from '../dns.fixture.ts';
import { encodeReply } from './encode-reply.ts';
import { emptyReply, type Query } from './message.ts';
import { readQuery } from './read-query.ts';

function queryOf(wanted: Wanted = {}): Query {
  const query = readQuery(queryBytes(wanted));
  if (query === undefined || query instanceof Uint8Array) throw new Error('no query');
  return query;
}

const WHOLE = { maxBytes: 65_535, recursion: false };

describe('a query', () => {
  it('is read: number, question as it was spelt, and what the asker takes', () => {
    expect(queryOf({ id: 65_535, name: 'Web.EXAMPLE', type: 'SRV', edns: { udpPayloadBytes: 1400 } })).toMatchObject({
      id: 65_535,
      recursionDesired: true,
      question: { name: 'Web.EXAMPLE', type: 'SRV', class: 'IN' },
      edns: { version: 0, udpPayloadBytes: 1400 },
    });
  });

  const changed = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = queryBytes();
    change(bytes);
    return bytes;
  };
  const FORMERR = 1;
  const NOTIMP = 4;
  it.each<[string, Buffer, number | undefined]>([
    ['nothing', Buffer.alloc(0), undefined],
    ['less than a header', queryBytes().subarray(0, 11), undefined],
    ['an answer', queryBytes({ flags: 0x8100 }).fill(0x81, 2, 3), undefined],
    ['a header alone', queryBytes().subarray(0, 12), FORMERR],
    ['a name that is cut off', queryBytes().subarray(0, 15), FORMERR],
    ['a question without a class', queryBytes().subarray(0, -2), FORMERR],
    ['no question', changed((bytes) => bytes.writeUInt16BE(0, 4)), FORMERR],
    ['two questions', changed((bytes) => bytes.writeUInt16BE(2, 4)), FORMERR],
    ['65,535 additional records', changed((bytes) => bytes.writeUInt16BE(65_535, 10)), FORMERR],
    ['a name that points to itself', changed((bytes) => bytes.writeUInt16BE(0xc00c, 12)), FORMERR],
    ['another kind of message', changed((bytes) => bytes.writeUInt8(0x29, 2)), NOTIMP],
  ])('%s is answered with %o', (_what, bytes, rcode) => {
    const answer = readQuery(bytes);
    if (rcode === undefined) expect(answer).toBeUndefined();
    else
      expect(answer).toSatisfy((refusal: Uint8Array) => refusal.length === 12 && refusal[1] === 7 && ((refusal[3] ?? 0) & 0xf) === rcode);
  });
});

describe('an answer', () => {
  it("keeps the question's spelling, in its records too, and says whose it is", () => {
    const bytes = encodeReply(queryOf({ name: 'wEb.Example' }), replyWith(address('web.example', '10.0.0.1')), WHOLE);
    const packet = decode(Buffer.from(bytes));
    expect(packet.questions?.[0]?.name).toBe('wEb.Example');
    expect(packet.answers).toMatchObject([{ name: 'wEb.Example', type: 'A', ttl: 30, data: '10.0.0.1' }]);
    expect(packet).toMatchObject({ id: 7, flag_qr: true, flag_aa: true, flag_rd: true, flag_ra: false, flag_tc: false, rcode: 'NOERROR' });
  });

  it('speaks EDNS to those who do, and only to them', () => {
    const additionals = (wanted: Wanted) => decode(Buffer.from(encodeReply(queryOf(wanted), emptyReply('NXDOMAIN'), WHOLE))).additionals;
    expect(additionals({})).toEqual([]);
    expect(additionals({ edns: {} })).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232, ednsVersion: 0 }]);
  });

  it('an extended code travels in two parts', () => {
    const packet = decode(Buffer.from(encodeReply(queryOf({ edns: { version: 1 } }), emptyReply('BADVERS'), WHOLE)));
    expect(packet).toMatchObject({ rcode: 'NOERROR', additionals: [{ type: 'OPT', extendedRcode: 1 }] });
  });

  it('that does not fit is cut between records, and says so', () => {
    const many = Array.from({ length: 100 }, (_, i) => address('web.example', `10.0.0.${i}`));
    const bytes = encodeReply(queryOf({ edns: {} }), replyWith(...many), { maxBytes: 512, recursion: false });
    const packet = decode(Buffer.from(bytes));
    expect(bytes.length).toBeLessThanOrEqual(512);
    expect(packet).toMatchObject({ flag_tc: true, additionals: [{ type: 'OPT' }] });
    // 16 bytes for each record, behind 12 of the header, 17 of the question and 11 of EDNS.
    expect(packet.answers).toHaveLength(Math.floor((512 - 12 - 17 - 11) / 16));
  });

  it('is not cut for the sake of additional records', () => {
    const additionals = Array.from({ length: 100 }, (_, i) => address(`pod${i}.example`, `10.0.0.${i}`));
    const bytes = encodeReply(
      queryOf(),
      { ...replyWith(address('web.example', '10.0.0.1')), additionals },
      { maxBytes: 512, recursion: true },
    );
    const packet = decode(Buffer.from(bytes));
    expect(packet).toMatchObject({ flag_tc: false, flag_ra: true });
    expect(packet.answers).toHaveLength(1);
    expect(packet.additionals?.length).toBeGreaterThan(10);
  });
});
