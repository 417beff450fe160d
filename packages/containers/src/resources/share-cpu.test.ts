import { seededRandom } from '@kubernats/clock';
import { describe, expect, it } from 'vitest';
import { type CpuClaim, cpuSharesOf, shareCpu } from './share-cpu.ts';

const claim = (demand: number, request = 0, limit?: number): CpuClaim => ({ demand, request, ...(limit === undefined ? {} : { limit }) });

describe('P5: CPU is shared', () => {
  it.each<[string, number, CpuClaim[], number[]]>([
    ['all want less than there is', 1000, [claim(300), claim(200, 500)], [300, 200]],
    ['over the limit: the limit', 4000, [claim(2000, 0, 500), claim(100, 0, 500)], [500, 100]],
    ['nothing asked for: the same for each', 1000, [claim(2000), claim(2000)], [500, 500]],
    ['by request', 1000, [claim(2000, 250), claim(2000, 750)], [250, 750]],
    ['what one leaves over, the others use', 1000, [claim(100, 500), claim(2000, 250), claim(2000, 250)], [100, 450, 450]],
    ['no request stands behind a request', 1000, [claim(2000, 1000), claim(2000)], [1000, 0]],
    ['more was promised than there is', 1000, [claim(2000, 1000), claim(2000, 3000)], [250, 750]],
    ['nobody', 1000, [], []],
  ])('%s', (_, capacity, claims, expected) => {
    shareCpu(capacity, claims).forEach((share, i) => {
      expect(share).toBeCloseTo(expected[i] ?? 0, 0);
    });
    expect(shareCpu(capacity, claims)).toHaveLength(expected.length);
  });

  it('with cpuThrottle: request, who passes its limit is brought down to its request, and who does not, is not', () => {
    expect(shareCpu(4000, [claim(501, 200, 500), claim(500, 200, 500), claim(900, 100)], 'request')).toEqual([200, 500, 900]);
    // Even a request of nothing leaves a container a little.
    expect(shareCpu(4000, [claim(501, 0, 500)], 'request')).toEqual([2]);
  });

  it("weights are the kernel's", () => {
    expect([0, 1, 2, 100, 1000, 2500].map(cpuSharesOf)).toEqual([2, 2, 2, 102, 1024, 2560]);
  });
});

describe('P5: whatever is wanted (seeded)', () => {
  const random = seededRandom(11);
  const cases = Array.from({ length: 3000 }, () => {
    const capacity = random.int(8000);
    const claims = Array.from({ length: random.int(12) }, () => {
      const request = random.int(3) === 0 ? 0 : random.int(2000);
      return claim(random.int(4000), request, random.int(2) === 0 ? undefined : request + random.int(2000));
    });
    return { capacity, claims, shares: shareCpu(capacity, claims) };
  });
  const total = (numbers: number[]): number => numbers.reduce((sum, each) => sum + each, 0);
  const EPSILON = 1e-6;

  it('the sum is never above the capacity, and nobody is above its limit or its demand', () => {
    for (const { capacity, claims, shares } of cases) {
      expect(total(shares)).toBeLessThanOrEqual(capacity + EPSILON);
      for (const [i, { demand, limit = Infinity }] of claims.entries()) {
        expect(shares[i]).toBeGreaterThanOrEqual(0);
        expect(shares[i]).toBeLessThanOrEqual(Math.min(demand, limit) + EPSILON);
      }
    }
  });

  it('nobody is below its request, or its demand where that is less, as long as the requests fit', () => {
    const fitting = cases.filter(({ capacity, claims }) => total(claims.map(({ request }) => request)) <= capacity);
    expect(fitting.length).toBeGreaterThan(100);
    for (const { claims, shares } of fitting) {
      for (const [i, { demand, request }] of claims.entries())
        expect(shares[i]).toBeGreaterThanOrEqual(Math.min(demand, request) - EPSILON);
    }
  });

  it('nothing is left over while somebody may have more', () => {
    for (const { capacity, claims, shares } of cases) {
      const wanted = total(claims.map(({ demand, limit = Infinity }) => Math.min(demand, limit)));
      expect(total(shares)).toBeCloseTo(Math.min(capacity, wanted), 5);
    }
  });
});
