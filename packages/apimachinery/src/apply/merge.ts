import { assertDepth, getOwn, isJsonObject, type JsonObject, setOwn } from '../json.ts';
import type { KeyedListPlan, ObjectPlan, Plan, SetPlan } from '../managed-fields/plan.ts';
import { elementOf, planOfField } from './owned-fields.ts';

/**
 * What a configuration makes of an object, before anything is removed: maps and lists that are tracked part by part are merged, all else is
 * replaced. The result shares parts with both. Source: structured-merge-diff's `Merge`.
 */
export function mergeConfiguration(live: JsonObject, config: JsonObject, plan: ObjectPlan): JsonObject {
  return mergeMaps(live, config, plan, 0);
}

function merge(live: unknown, config: unknown, plan: Plan, depth: number): unknown {
  if (config === undefined) return live;
  if (live === undefined || plan.kind === 'leaf') return config;
  assertDepth(depth);
  if (plan.kind === 'set' || plan.kind === 'keyed') {
    const [before, wanted] = [Array.isArray(live) ? live : [], Array.isArray(config) ? config : []];
    // Empty, null and absent are told apart.
    return before.length + wanted.length === 0 ? config : mergeLists(before, wanted, plan, depth);
  }
  if (!isJsonObject(live) || (!isJsonObject(config) && config !== null)) return config;
  const wanted = config ?? {};
  return Object.keys(live).length + Object.keys(wanted).length === 0 ? config : mergeMaps(live, wanted, plan, depth);
}

function mergeMaps(live: JsonObject, config: JsonObject, plan: Plan, depth: number): JsonObject {
  const merged: JsonObject = {};
  for (const name of Object.keys(live)) {
    setOwn(merged, name, merge(live[name], getOwn(config, name), planOfField(plan, name), depth + 1));
  }
  for (const name of Object.keys(config)) if (!Object.hasOwn(live, name)) setOwn(merged, name, config[name]);
  return merged;
}

/**
 * The elements of both lists. What is only in the live one stays where it is; the configuration's come in its order, and those that both
 * have are the points at which the two orders meet.
 */
function mergeLists(live: readonly unknown[], config: readonly unknown[], plan: KeyedListPlan | SetPlan, depth: number): unknown[] {
  const [before, wanted] = [live.map((item) => elementOf(item, plan)), config.map((item) => elementOf(item, plan))];
  const [liveItems, configItems] = [itemsBy(before, live), itemsBy(wanted, config)];
  const items = plan.kind === 'keyed' ? plan.items : undefined;
  const merged: unknown[] = [];
  const taken = new Set<string>();
  const take = (element: string): void => {
    taken.add(element);
    const item = configItems.get(element);
    merged.push(items === undefined ? item : merge(liveItems.get(element), item, items, depth + 1));
  };
  const shared = wanted.filter((element) => liveItems.has(element));
  let meeting = 0;
  for (let l = 0, c = 0; l < before.length || c < wanted.length; ) {
    const [left, right] = [before[l], wanted[c]];
    if (left !== undefined && right !== undefined) {
      if (left === right) {
        take(left);
        l++;
        c++;
        meeting++;
        continue;
      }
      if (configItems.has(left) && shared[meeting] !== undefined && shared[meeting] !== left) {
        l++;
        continue;
      }
    }
    if (left !== undefined) {
      if (!configItems.has(left)) {
        merged.push(live[l]);
        l++;
        continue;
      }
      if (taken.has(left)) l++;
    }
    if (right !== undefined) {
      take(right);
      c++;
      if (shared[meeting] === right) meeting++;
    }
  }
  return merged;
}

/** Elements by their identity. Twins (which live objects may have) are nobody's to merge with. */
function itemsBy(elements: readonly string[], items: readonly unknown[]): Map<string, unknown> {
  const by = new Map<string, unknown>();
  for (const [i, element] of elements.entries()) by.set(element, by.has(element) ? undefined : items[i]);
  return by;
}
