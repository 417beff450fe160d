import { ClusterRoleBindings } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { BUSES, type Parts, type Running, World } from './world.ts';

/** A component, as its suite sees it. */
export interface ComponentCase {
  identity: string;
  create(parts: Parts): Running;
  /** The nodes whose subjects it serves. */
  nodes?: readonly string[];
  /** Some of what it waits for before it is ready, as it says. */
  waitsFor: readonly string[];
  /** Sees to it that it may not do its work; the answer takes that back. */
  forbid(world: World): Promise<() => Promise<void>>;
  /** What there is before it starts. */
  setUp?(world: World): Promise<void>;
  /** Gives it something to do, another thing for each `n`; resolves when it is done. */
  work(world: World, n: number): Promise<void>;
  /** Checks what it leaves when it has stopped. */
  stopped?(world: World): Promise<void>;
}

/** R3: a component runs by itself, over each bus, with an API server that comes and goes. */
export function componentSuite(app: string, component: ComponentCase): void {
  // Side by side, because most of it is waiting for what was lost to be noticed.
  describe.each(BUSES)(`R3: the ${app} alone over the %s bus`, { concurrent: true }, (_name, backbone) => {
    const prepared = async (): Promise<World> => {
      const world = new World(await backbone());
      await world.startApiServer();
      await component.setUp?.(world);
      return world;
    };
    const start = (world: World) => world.start(component.identity, component.create, component.nodes);

    test('it waits for the API server and says so, works, goes on after each was gone that it needs, and stops', async () => {
      await using world = await prepared();
      await world.killApiServer();
      const running = await start(world);
      expect(running.isReady).toBe(false);
      expect(running.waitingFor()).toEqual(expect.arrayContaining([...component.waitsFor]));
      await world.startApiServer();
      await world.until(() => running.isReady);
      expect(running.waitingFor()).toEqual([]);
      await component.work(world, 1);

      await world.loseBus();
      await world.restoreBus();
      await component.work(world, 2);

      await world.killApiServer();
      await world.startApiServer();
      await component.work(world, 3);
      expect(running.refusals).toEqual([]);

      await running.stop();
      await component.stopped?.(world);
    });

    test('where it may not do its work it stays, says so, and works once it may', async () => {
      await using world = await prepared();
      const permit = await component.forbid(world);
      const running = await start(world);
      await world.until(() => running.refusals.length > 0);
      expect(running.refusals[0]).toContain(`User "${component.identity}" cannot `);
      expect(running.isReady).toBe(false);
      await permit();
      await world.until(() => running.isReady);
      await component.work(world, 1);
      await running.stop();
    });
  });
}

/** Takes a role away from whoever has it. */
export const withoutRole =
  (name: string) =>
  async (world: World): Promise<() => Promise<void>> => {
    const bindings = world.admin.kind(ClusterRoleBindings);
    const { roleRef, subjects } = await bindings.get(name);
    await bindings.delete(name);
    return () => world.make(ClusterRoleBindings, { metadata: { name }, roleRef, subjects });
  };
