import { describe, expect, test } from 'vitest';
import { BackendLoad } from './backend-load.ts';
import { Balancer } from './balancer.ts';

const at = (host: string) => ({ host, port: 80 });
const balancerOf = (load: BackendLoad, ...hosts: string[]): Balancer => {
  const balancer = new Balancer(load);
  balancer.update(hosts.map(at));
  return balancer;
};
const host = (balancer: Balancer): string | undefined => balancer.pick()?.address.host;

describe('Balancer', () => {
  test('S3: ties in turn: an idle Service is served round robin', () => {
    const balancer = balancerOf(new BackendLoad(), 'a', 'b', 'c');
    expect(Array.from({ length: 7 }, () => host(balancer))).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });

  test('S3: the fewest open connections win', () => {
    const balancer = balancerOf(new BackendLoad(), 'a', 'b', 'c');
    const open = (): string | undefined => {
      const backend = balancer.pick();
      if (backend) backend.open++;
      return backend?.address.host;
    };
    const first = balancer.pick();
    if (first) first.open = 2;
    expect([open(), open(), open(), open(), open()]).toEqual(['b', 'c', 'b', 'c', 'a']);
  });

  test('connections over another route count too', () => {
    const load = new BackendLoad();
    const one = balancerOf(load, 'a', 'b');
    const two = balancerOf(load, 'a', 'b');
    const picked = one.pick();
    if (picked) picked.open++;
    expect(host(two)).toBe('b');
    expect(host(two)).toBe('b');
  });

  test('backends that were tried are left out, until none is left', () => {
    const balancer = balancerOf(new BackendLoad(), 'a', 'b');
    const tried = new Set<ReturnType<BackendLoad['acquire']>>();
    for (const expected of ['a', 'b', undefined]) {
      const backend = balancer.pick(tried);
      expect(backend?.address.host).toBe(expected);
      if (backend) tried.add(backend);
    }
  });

  test('a changed set keeps the counts of what stays, and forgets what goes', () => {
    const load = new BackendLoad();
    const balancer = balancerOf(load, 'a', 'b');
    const a = balancer.pick();
    if (a) a.open = 5;
    balancer.update([at('a'), at('c')]);
    expect(load.size).toBe(2);
    expect([host(balancer), host(balancer)]).toEqual(['c', 'c']);
    balancer.update([]);
    expect(host(balancer)).toBeUndefined();
    expect(load.size).toBe(0);
  });
});
