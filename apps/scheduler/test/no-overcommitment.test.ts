import type { Node, Pod } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { unavailable } from '@kubernats/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeApi } from './fake-api.ts';
import { node, pod, start } from './objects.ts';

type Step =
  | { do: 'create'; pod: number; gib: number }
  | { do: 'delete' | 'end'; pod: number }
  | { do: 'add' | 'lose' | 'cordon' | 'uncordon'; node: number }
  | { do: 'wait'; ms: number }
  /** Of the next requests so many are refused. */
  | { do: 'disturb'; requests: number }
  /** The scheduler's writes stop after so many more; another one begins with nothing. */
  | { do: 'kill'; afterWrites: number };

const index = fc.nat(11);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('create' as const), pod: index, gib: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'end' as const), pod: index }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('add' as const, 'lose' as const, 'cordon' as const, 'uncordon' as const), node: fc.nat(3) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 10, 2_000) }) },
  fc.record({ do: fc.constant('disturb' as const), requests: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('kill' as const), afterWrites: fc.nat(3) }),
);

const NODE_GIB = 4;
const gibOf = ({ spec }: Pod): number => Number.parseInt(spec?.containers[0]?.resources?.requests?.memory ?? '0', 10);
const isAlive = ({ status }: Pod): boolean => status?.phase !== 'Succeeded';

/** A cluster in which the steps happen. */
class Cluster {
  readonly api = new FakeApi();
  readonly clock = new SteppedClock();
  #running = start(this.api, {}, this.clock);
  #refusals = 0;
  #writesLeft = Number.POSITIVE_INFINITY;

  constructor() {
    this.api.intercept = ({ verb }) => {
      if (verb === 'get') return;
      if (this.#writesLeft-- <= 0) throw unavailable('dead');
      if (this.#refusals-- > 0) throw unavailable('disturbed');
    };
  }

  async take(next: Step): Promise<void> {
    const { api } = this;
    if (next.do === 'wait') return this.clock.advance(next.ms);
    if (next.do === 'disturb') this.#refusals = next.requests;
    else if (next.do === 'kill') return this.#kill(next.afterWrites);
    else if ('node' in next) this.#changeNode(next.do, `node${next.node}`);
    else {
      const name = `pod${next.pod}`;
      const known = api.pod(name);
      if (next.do === 'create' && !known) api.put('pods', pod(name, `${next.gib}Gi`));
      if (next.do === 'delete') api.remove('pods', `default/${name}`);
      if (next.do === 'end' && known?.spec?.nodeName) api.put('pods', { ...known, status: { phase: 'Succeeded' } } as Pod);
    }
  }

  #changeNode(what: 'add' | 'lose' | 'cordon' | 'uncordon', name: string): void {
    const known = this.api.object('nodes', name) as Node | undefined;
    if (what === 'add' && !known) this.api.put('nodes', node(name, `${NODE_GIB}Gi`));
    if (what === 'lose') {
      this.api.remove('nodes', name);
      // What ran there goes with it, as the garbage collector of Pods sees to.
      for (const { metadata, spec } of this.pods) if (spec?.nodeName === name) this.api.remove('pods', `default/${metadata?.name}`);
    }
    if (known && (what === 'cordon' || what === 'uncordon'))
      this.api.put('nodes', { ...known, spec: { unschedulable: what === 'cordon' } } as Node);
  }

  async #kill(afterWrites: number): Promise<void> {
    this.#writesLeft = afterWrites;
    await this.clock.advance(10);
    this.#running.stop.abort();
    await this.clock.advance(2_000);
    await this.#running.done;
    this.#writesLeft = Number.POSITIVE_INFINITY;
    this.#running = start(this.api, {}, this.clock);
  }

  async settle(): Promise<void> {
    this.#refusals = 0;
    await this.clock.advance(30_000);
  }

  async stop(): Promise<void> {
    this.#running.stop.abort();
    await this.clock.advance(2_000);
    await this.#running.done;
  }

  get pods(): Pod[] {
    return this.api.list<Pod>('pods').filter(isAlive);
  }

  /** Free GiB by node; of those that take Pods. */
  free(): Map<string, number> {
    const free = new Map(this.api.list<Node>('nodes').map(({ metadata }) => [metadata?.name ?? '', NODE_GIB]));
    for (const each of this.pods) {
      const { nodeName = '' } = each.spec ?? {};
      if (free.has(nodeName)) free.set(nodeName, (free.get(nodeName) ?? 0) - gibOf(each));
    }
    return free;
  }

  isOpen(name: string): boolean {
    return !(this.api.object('nodes', name) as Node | undefined)?.spec?.unschedulable;
  }
}

test('P7: no node is ever given more than it has, and in the end no Pod waits that would fit, whatever happens to the scheduler', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const cluster = new Cluster();
      for (const next of steps) {
        await cluster.take(next);
        for (const [name, gib] of cluster.free()) expect(gib, name).toBeGreaterThanOrEqual(0);
      }
      await cluster.settle();
      const room = [...cluster.free()].filter(([name]) => cluster.isOpen(name)).map(([, gib]) => gib);
      expect(Math.min(0, ...cluster.free().values())).toBe(0);
      for (const waiting of cluster.pods.filter(({ spec }) => !spec?.nodeName)) {
        expect(Math.max(0, ...room), waiting.metadata?.name).toBeLessThan(gibOf(waiting));
      }
      await cluster.stop();
    }),
    { numRuns: 60 },
  );
});
