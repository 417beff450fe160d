import { excessOf, isTerminal, type KindRow, usageOfObject } from '@kubernats/api';
import type { Timer } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';
import type { Held, Stored } from '../cache/stored.ts';
import { type Core, placeOf, placeOfResource } from '../core.ts';
import { isCountable, recounted } from '../quota/recount.ts';
import { modifyObject } from '../rest/modify-object.ts';

/** Deletions are gathered for so long: whoever takes away a thousand objects has them counted once. */
const GATHER_MS = 50;
/** All of them, whatever was noticed: as in Kubernetes. */
const ALL_MS = 5 * 60_000;

/** Keeps what quotas say is in use true when objects go, as Kubernetes' resource quota controller does. Call the result to end. */
export function recountQuotas(core: Core): () => void {
  const { quotas, clock, log } = core;
  const place = placeOfResource(core, '', 'v1', 'resourcequotas');
  const inNamespace = new Map<string, number>();
  let timer: Timer | undefined;
  const arm = (): void => {
    if (quotas.hasStale) timer ??= clock.setTimer(GATHER_MS, count);
  };
  quotas.onStale = arm;
  const ends = [
    place.cache.observe((now, before) => {
      const namespace = (now ?? before)?.namespace ?? '';
      const there = (inNamespace.get(namespace) ?? 0) + Number(now !== undefined) - Number(before !== undefined);
      if (there > 0) inNamespace.set(namespace, there);
      else inNamespace.delete(namespace);
      if (now && differsFrom(now, before)) quotas.markStale(namespace);
    }),
    core.kinds.observe(followAll),
  ];
  const followed = new Set<string>();
  followAll();
  let all = clock.setTimer(ALL_MS, everything);
  return () => {
    for (const end of ends) end();
    quotas.onStale = () => {};
    timer?.cancel();
    all.cancel();
  };

  /** Custom kinds come and go: what is followed once stays so, and says nothing when there is nothing. */
  function followAll(): void {
    for (const row of core.kinds.all.filter(isFollowed)) {
      const name = `${row.group}/${row.plural}`;
      if (followed.has(name)) continue;
      followed.add(name);
      ends.push(
        placeOf(core, row).cache.observe((now, before) => {
          if (before && inNamespace.has(before.namespace) && frees(row, now, before, clock.now())) quotas.markStale(before.namespace);
        }),
      );
    }
  }

  function everything(): void {
    for (const namespace of inNamespace.keys()) quotas.markStale(namespace);
    all = clock.setTimer(ALL_MS, everything);
  }

  function count(): void {
    timer = undefined;
    for (const namespace of quotas.takeStale()) {
      place.cache.snapshot().scan(`${namespace}/`, '', ({ name }) => {
        void quotas.turns.take(`${namespace}/${name}`, () => recount(namespace, name));
        return true;
      });
    }
    arm();
  }

  async function recount(namespace: string, name: string): Promise<void> {
    try {
      await modifyObject(core, place, { namespace, name, dryRun: false }, ({ object }) => {
        const status = recounted(core, object);
        if (!status) return { do: 'keep' };
        const { resourceVersion: _, ...metadata } = object.metadata;
        return { do: 'write', object: { ...object, metadata, status } as Held };
      });
    } catch (error) {
      if (!isNotFound(error)) log.warn({ error, namespace, name }, 'what a quota counts could not be written');
    }
  }
}

/** Events come and go too often to be followed for it. */
const isFollowed = (row: KindRow): boolean => isCountable(row) && row.stream === 'state';

/** A quota that is new, or that limits other things now. */
function differsFrom(now: Stored, before: Stored | undefined): boolean {
  const hardOf = ({ object }: Stored): string => JSON.stringify((object as { spec?: { hard?: unknown } }).spec?.hard);
  return !before || hardOf(now) !== hardOf(before);
}

/** Whether less is in use after the change. */
function frees({ group, plural }: KindRow, now: Stored | undefined, before: Stored, nowMs: number): boolean {
  if (!now) return true;
  if (group !== '') return false;
  if (plural === 'pods') return isTerminal(now.object) && !isTerminal(before.object);
  if (plural !== 'services' && plural !== 'persistentvolumeclaims') return false;
  return excessOf(usageOfObject(group, plural, before.object, nowMs), usageOfObject(group, plural, now.object, nowMs)).size > 0;
}
