import type { Endpoint, EndpointSlice } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { EndpointSlicePlan } from './plan.ts';

export const ENDPOINTS_PER_SLICE_MAX = 100;

/** The slice with these endpoints: the next state of `slice`, or a new one. */
export type MakeSlice = (endpoints: Endpoint[], slice: EndpointSlice | undefined) => EndpointSlice;

interface Kept {
  slice: EndpointSlice;
  endpoints: Endpoint[];
  changes: boolean;
}

/**
 * Distributes the endpoints of one group over its slices with as few writes as possible: an endpoint stays in the slice it is in; new ones
 * fill slices that change anyway, the rest one other slice that has room for it, or new slices. Source: the EndpointSlice concept,
 * "Distribution of EndpointSlices".
 */
export function fit(endpoints: ReadonlyMap<string, Endpoint>, slices: readonly EndpointSlice[], make: MakeSlice): EndpointSlicePlan {
  const missing = new Map(endpoints);
  const kept = slices.map((slice) => keep(slice, missing, make));
  const created: EndpointSlice[] = [];
  place([...missing.values()], kept, (some) => created.push(make(some, undefined)));
  // A Service without endpoints still has a slice, so that one sees that it was looked at.
  if (endpoints.size === 0 && kept.length === 0) created.push(make([], undefined));
  const placeholder = endpoints.size === 0 ? kept[0] : undefined;
  const empty = kept.filter((each) => each.endpoints.length === 0 && each !== placeholder);
  const changed = kept.filter((each) => each.changes && !empty.includes(each));
  return {
    create: created,
    update: changed.map((each) => make(each.endpoints, each.slice)),
    remove: empty.map(({ slice }) => slice),
  };
}

/** What stays in a slice. It is taken out of `missing`. */
function keep(slice: EndpointSlice, missing: Map<string, Endpoint>, make: MakeSlice): Kept {
  const endpoints: Endpoint[] = [];
  for (const old of slice.endpoints ?? []) {
    const wanted = missing.get(endpointKey(old));
    if (!wanted) continue;
    missing.delete(endpointKey(old));
    endpoints.push(wanted);
  }
  return { slice, endpoints, changes: !sameSlice(slice, make(endpoints, slice)) };
}

function place(waiting: Endpoint[], kept: Kept[], createWith: (endpoints: Endpoint[]) => void): void {
  const fullestFirst = kept.toSorted((a, b) => b.endpoints.length - a.endpoints.length);
  for (const each of fullestFirst) if (each.changes) each.endpoints.push(...waiting.splice(0, roomOf(each)));
  while (waiting.length > 0) {
    const other = fullestFirst.find((each) => !each.changes && roomOf(each) >= waiting.length);
    if (!other) createWith(waiting.splice(0, ENDPOINTS_PER_SLICE_MAX));
    else {
      other.endpoints.push(...waiting.splice(0));
      other.changes = true;
    }
  }
}

const roomOf = ({ endpoints }: Kept): number => Math.max(0, ENDPOINTS_PER_SLICE_MAX - endpoints.length);

function sameSlice(a: EndpointSlice, b: EndpointSlice): boolean {
  return (
    deepEqual(a.endpoints ?? [], b.endpoints ?? []) &&
    deepEqual(a.metadata?.labels, b.metadata?.labels) &&
    deepEqual(a.metadata?.ownerReferences, b.metadata?.ownerReferences)
  );
}

/** An endpoint is the same one as long as it is the same Pod's. */
export function endpointKey({ targetRef, addresses }: Endpoint): string {
  return targetRef?.uid ?? addresses.join(',');
}
