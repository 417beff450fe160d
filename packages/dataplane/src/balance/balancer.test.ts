import { SteppedClock } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import type { Locality, Place } from '../route.ts';
import { BackendLoad } from './backend-load.ts';
import { Balancer } from './balancer.ts';

const service = 'default/web';
const at = (host: string) => ({ host, port: 80 });
const balancerOf = (load: BackendLoad, ...hosts: string[]): Balancer => {
  const balancer = new Balancer(load, new SteppedClock());
  balancer.update({ service, backends: hosts.map(at) });
  return balancer;
};
const host = (balancer: Balancer): string | undefined => balancer.pick('client')?.backend.address.host;

describe('Balancer', () => {
  test('S3: ties in turn: an idle Service is served round robin', () => {
    const balancer = balancerOf(new BackendLoad(), 'a', 'b', 'c');
    expect(Array.from({ length: 7 }, () => host(balancer))).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });

  test('S3: turns are those of the Service, whichever of its routes is used', () => {
    const load = new BackendLoad();
    const nodes = ['node1', 'node2', 'node3'].map(() => balancerOf(load, 'a', 'b', 'c'));
    expect(nodes.map(host)).toEqual(['a', 'b', 'c']);
    expect(nodes.map(host)).toEqual(['a', 'b', 'c']);
  });

  test('S3: the fewest open connections win', () => {
    const balancer = balancerOf(new BackendLoad(), 'a', 'b', 'c');
    const open = (): string | undefined => {
      const backend = balancer.pick('client')?.backend;
      if (backend) backend.open++;
      return backend?.address.host;
    };
    const first = balancer.pick('client')?.backend;
    if (first) first.open = 2;
    expect([open(), open(), open(), open(), open()]).toEqual(['b', 'c', 'b', 'c', 'a']);
  });

  test('connections over another route count too', () => {
    const load = new BackendLoad();
    const one = balancerOf(load, 'a', 'b');
    const two = balancerOf(load, 'a', 'b');
    const picked = one.pick('client')?.backend;
    if (picked) picked.open++;
    expect(host(two)).toBe('b');
    expect(host(two)).toBe('b');
  });

  test('backends that were tried are left out, until none is left', () => {
    const balancer = balancerOf(new BackendLoad(), 'a', 'b');
    const tried = new Set<ReturnType<BackendLoad['acquire']>>();
    for (const expected of ['a', 'b', undefined]) {
      const backend = balancer.pick('client', tried)?.backend;
      expect(backend?.address.host).toBe(expected);
      if (backend) tried.add(backend);
    }
  });

  test('a changed set keeps the counts of what stays, and forgets what goes', () => {
    const load = new BackendLoad();
    const balancer = balancerOf(load, 'a', 'b');
    const a = balancer.pick('client')?.backend;
    if (a) a.open = 5;
    balancer.update({ service, backends: [at('a'), at('c')] });
    expect(load.size).toBe(2);
    expect([host(balancer), host(balancer)]).toEqual(['c', 'c']);
    if (a) a.open = 0;
    balancer.clear();
    expect(host(balancer)).toBeUndefined();
    expect(load.size).toBe(0);
  });

  test('sessionAffinity ClientIP: a client goes where it went before, until it was away too long or the backend is gone', async () => {
    const clock = new SteppedClock();
    const balancer = new Balancer(new BackendLoad(), clock);
    const go = (client: string): string | undefined => balancer.pick(client)?.backend.address.host;
    balancer.update({ service, backends: [at('a'), at('b')], affinityMs: 1000 });
    expect([go('x'), go('x'), go('y'), go('y'), go('x')]).toEqual(['a', 'a', 'b', 'b', 'a']);
    await clock.advance(999);
    expect([go('y'), go('x')]).toEqual(['b', 'a']);
    await clock.advance(1000);
    expect([go('y'), go('x')]).toEqual(['a', 'b']);
    balancer.update({ service, backends: [at('a')], affinityMs: 1000 });
    expect(go('x')).toBe('a');
    const a = balancer.pick('x')?.backend;
    expect(balancer.pick('x', new Set(a ? [a] : []))).toBeUndefined();
  });

  test('says why: the only one, the next in turn, the fewest connections, the same as before', () => {
    const load = new BackendLoad();
    const choices = (balancer: Balancer, times: number) =>
      Array.from({ length: times }, () => {
        const picked = balancer.pick('client');
        if (picked) picked.backend.open++;
        return picked?.choice;
      });
    expect(choices(balancerOf(load, 'x'), 2)).toEqual(['OnlyEndpoint', 'OnlyEndpoint']);
    expect(choices(balancerOf(load, 'a', 'b'), 4)).toEqual(['NextInTurn', 'FewestConnections', 'NextInTurn', 'FewestConnections']);
    const faithful = balancerOf(load, 'c', 'd');
    faithful.update({ service, backends: [at('c'), at('d')], affinityMs: 1000 });
    expect(choices(faithful, 2)).toEqual(['NextInTurn', 'SessionAffinity']);
  });

  test('an endpoint that comes back while it drains still knows its connections', () => {
    const load = new BackendLoad();
    const balancer = balancerOf(load, 'a');
    const a = balancer.pick('client')?.backend;
    if (a) a.open++;
    balancer.clear();
    balancer.update({ service, backends: [at('a'), at('b')] });
    expect(host(balancer)).toBe('b');
    balancer.clear();
    expect([...load.all()]).toEqual([a]);
    if (a) load.closed(a);
    expect(load.size).toBe(0);
  });

  test('two Services on one Pod count apart', () => {
    const load = new BackendLoad();
    const other = new Balancer(load, new SteppedClock());
    other.update({ service: 'default/other', backends: [at('a')] });
    const balancer = balancerOf(load, 'a', 'b');
    const a = other.pick('client')?.backend;
    if (a) a.open++;
    expect(host(balancer)).toBe('a');
  });

  describe('locality', () => {
    const places: Record<string, Place> = {
      pod1: { node: 'node1', zone: 'east' },
      pod2: { node: 'node2', zone: 'east' },
      pod3: { node: 'node3' },
    };
    const byNode = new Map([['node1', [at('a'), at('b')]]]);
    const byZone = new Map([['east', [at('c')]]]);
    const go = (locality: Locality, client: string): (string | undefined)[] => {
      const balancer = new Balancer(new BackendLoad(), new SteppedClock(), (host) => places[host]);
      balancer.update({ service, backends: ['a', 'b', 'c', 'd'].map(at), locality });
      return Array.from({ length: 4 }, () => balancer.pick(client)?.backend.address.host);
    };
    const nowhere = [undefined, undefined, undefined, undefined];

    test.each<[string, Locality, string, (string | undefined)[]]>([
      ["the node's own, in turn", { byNode, others: 'none' }, 'pod1', ['a', 'b', 'a', 'b']],
      ['a node without one: none', { byNode, others: 'none' }, 'pod2', nowhere],
      ['a client of no node: none', { byNode, others: 'none' }, 'outside', nowhere],
      ['the node before the zone', { byNode, byZone, others: 'all' }, 'pod1', ['a', 'b', 'a', 'b']],
      ['the zone', { byNode, byZone, others: 'all' }, 'pod2', ['c', 'c', 'c', 'c']],
      ['a node without a zone: all', { byNode, byZone, others: 'all' }, 'pod3', ['a', 'b', 'c', 'd']],
      ['a client of no node: all', { byZone, others: 'all' }, 'outside', ['a', 'b', 'c', 'd']],
    ])('%s', (_, locality, client, expected) => expect(go(locality, client)).toEqual(expected));

    test('connections of one place count for the others', () => {
      const balancer = new Balancer(new BackendLoad(), new SteppedClock(), (host) => places[host]);
      balancer.update({ service, backends: ['a', 'b'].map(at), locality: { byNode, others: 'all' } });
      const picked = balancer.pick('pod1');
      if (picked) picked.backend.open++;
      expect(balancer.pick('outside')?.backend.address.host).toBe('b');
    });

    test('a client that is remembered and has moved is led anew', () => {
      const balancer = new Balancer(new BackendLoad(), new SteppedClock(), () => place);
      let place: Place = { node: 'node1' };
      const locality: Locality = {
        byNode: new Map([
          ['node1', [at('a')]],
          ['node2', [at('b')]],
        ]),
        others: 'none',
      };
      balancer.update({ service, backends: ['a', 'b'].map(at), locality, affinityMs: 1000 });
      expect(balancer.pick('client')?.backend.address.host).toBe('a');
      place = { node: 'node2' };
      expect(balancer.pick('client')?.backend.address.host).toBe('b');
    });
  });

  test('S1: what did not answer is left alone for a while, unless there is nothing else', async () => {
    const clock = new SteppedClock();
    const balancer = new Balancer(new BackendLoad(), clock);
    balancer.update({ service, backends: [at('a'), at('b')] });
    const a = balancer.pick('client')?.backend;
    const b = balancer.pick('client')?.backend;
    if (!a || !b) throw new Error('there are two');
    balancer.shun(a);
    b.open = 10;
    expect([host(balancer), host(balancer)]).toEqual(['b', 'b']);
    expect(balancer.pick('client', new Set([b]))?.backend).toBe(a);
    await clock.advance(5000);
    expect(host(balancer)).toBe('a');
    balancer.shun(a);
    balancer.shun(b);
    expect(host(balancer)).toBe('a');
  });
});
