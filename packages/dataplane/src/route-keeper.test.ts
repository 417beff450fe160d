import { SteppedClock } from '@kubernats/clock';
import { NetworkError } from '@kubernats/net';
import { expect, test } from 'vitest';
import type { DataPlane } from './plane/port.ts';
import type { Route } from './route.ts';
import { RouteKeeper } from './route-keeper.ts';

const route = (id: string, backend = 'a', host = id): Route => ({
  id,
  service: `default/${id}`,
  protocol: 'TCP',
  listen: { host, port: 80 },
  backends: [{ host: backend, port: 80 }],
});

/** A plane on which an address can be taken. */
function fakePlane() {
  const open = new Map<string, Route>();
  const taken = new Set<string>();
  const plane: DataPlane = {
    async set(wanted) {
      await Promise.resolve();
      const holder = [...open.values()].find(({ id, listen }) => listen.host === wanted.listen.host && id !== wanted.id);
      if (holder || taken.has(wanted.listen.host)) throw new NetworkError('EADDRINUSE', 'taken');
      open.set(wanted.id, wanted);
    },
    async remove(id) {
      await Promise.resolve();
      open.delete(id);
    },
    async [Symbol.asyncDispose]() {},
  };
  return { plane, open, taken };
}

function keeperOf(plane: DataPlane) {
  const clock = new SteppedClock();
  const refused: string[] = [];
  const keeper = new RouteKeeper({ plane, clock, onRefused: ({ id }) => refused.push(id) });
  return { clock, keeper, refused };
}

test('a refused route is told of once, leaves the others alone, and is tried again after a time', async () => {
  const { plane, open, taken } = fakePlane();
  const { clock, keeper, refused } = keeperOf(plane);
  taken.add('x');
  await keeper.apply({ set: [route('x'), route('y')], removed: [] });
  expect([...open.keys()]).toEqual(['y']);
  expect(keeper.refused).toEqual(['TCP x:80']);
  await clock.advance(60_000);
  expect(refused).toEqual(['x']);
  taken.clear();
  await clock.advance(15_000);
  expect([...open.keys()]).toEqual(['y', 'x']);
  expect(keeper.refused).toEqual([]);
  expect(clock.waiting).toBe(0);
});

test('a route that waits for an address gets it as soon as the one that had it goes', async () => {
  const { plane, open } = fakePlane();
  const { keeper } = keeperOf(plane);
  await keeper.apply({ set: [route('old', 'a', 'ip')], removed: [] });
  await keeper.apply({ set: [route('new', 'a', 'ip')], removed: [] });
  expect(keeper.refused).toEqual(['TCP ip:80']);
  await keeper.apply({ set: [], removed: [route('old', 'a', 'ip')] });
  expect([...open.keys()]).toEqual(['new']);
});

test('changes that overtake each other end at the last one', async () => {
  const { plane, open } = fakePlane();
  const { keeper } = keeperOf(plane);
  const first = keeper.apply({ set: [route('x', 'one')], removed: [] });
  const second = keeper.apply({ set: [], removed: [route('x', 'one')] });
  const third = keeper.apply({ set: [route('x', 'three')], removed: [] });
  await Promise.all([first, second, third]);
  expect(open.get('x')?.backends[0]?.host).toBe('three');
  await keeper.apply({ set: [], removed: [route('x')] });
  expect(open.size).toBe(0);
});

test('a refused route that is no longer wanted is not tried again', async () => {
  const { plane, open, taken } = fakePlane();
  const { clock, keeper } = keeperOf(plane);
  taken.add('x');
  await keeper.apply({ set: [route('x')], removed: [] });
  await keeper.apply({ set: [], removed: [route('x')] });
  taken.clear();
  await clock.advance(60_000);
  expect(open.size).toBe(0);
  expect(keeper.refused).toEqual([]);
});
