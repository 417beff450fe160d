import { type EndpointSlice, EndpointSlices } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { isNotFound } from '@kubernats/errors';
import type { EndpointSlicePlan } from './plan.ts';

/** Carries a plan out. `wrote` hears of each slice as the API answered. */
export async function applyPlan(client: Client, plan: EndpointSlicePlan, wrote: (slice: EndpointSlice) => void): Promise<void> {
  const kind = client.kind(EndpointSlices);
  // New addresses first: a Pod that moves between slices is better listed twice than not at all.
  for (const slice of plan.create) wrote(await kind.create(slice));
  for (const slice of plan.update) wrote(await kind.update(slice));
  for (const { metadata } of plan.remove) {
    try {
      await kind.delete(metadata?.name ?? '', metadata?.namespace, { preconditions: { uid: metadata?.uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
