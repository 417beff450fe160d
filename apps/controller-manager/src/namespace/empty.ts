import { type KindRef, type KubeObject, Pods } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { isNotFound } from '@kubernats/errors';
import type { Remaining } from './conditions.ts';

/**
 * Deletes all that is in a namespace, as far as it can be now, and says what is left. Pods go first: what else is there may
 * be what keeps them in bounds.
 */
export async function empty(
  client: Client,
  kinds: readonly KindRef[],
  namespace: string,
  signal: AbortSignal,
): Promise<Omit<Remaining, 'undiscovered'>> {
  const remaining = { byResource: new Map<string, number>(), byFinalizer: new Map<string, number>(), errors: [] as string[] };
  const pods = kinds.filter((kind) => isPods(kind));
  await Promise.all(pods.map((kind) => emptyOf(kind)));
  if (remaining.byResource.size > 0 || remaining.errors.length > 0) return remaining;
  await Promise.all(kinds.filter((kind) => !isPods(kind)).map((kind) => emptyOf(kind)));
  return remaining;

  async function emptyOf(ref: KindRef): Promise<void> {
    const kind = client.kind(ref);
    // None where its definition went in the meantime, and its objects with it.
    const list = async () => (await kind.list({ namespace, signal }).catch(noneIfNotFound)).items;
    try {
      if ((await list()).length === 0) return;
      await kind.deleteCollection({ namespace, propagationPolicy: 'Background', signal });
    } catch (error) {
      if (!isNotFound(error)) remaining.errors.push(error instanceof Error ? error.message : String(error));
    }
    // Also after a failure: what is left is told either way.
    const items = await list();
    if (items.length > 0) remaining.byResource.set(`${ref.plural}.${ref.group}`, items.length);
    for (const item of items) {
      for (const finalizer of finalizersOf(item)) remaining.byFinalizer.set(finalizer, (remaining.byFinalizer.get(finalizer) ?? 0) + 1);
    }
  }
}

function noneIfNotFound(error: unknown): { items: KubeObject[] } {
  if (!isNotFound(error)) throw error;
  return { items: [] };
}

const isPods = ({ group, plural }: KindRef): boolean => group === Pods.group && plural === Pods.plural;
const finalizersOf = ({ metadata }: KubeObject): readonly string[] => metadata?.finalizers ?? [];
