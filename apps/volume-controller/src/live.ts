import type { KubeObject } from '@kubernats/api';
import type { KindClient } from '@kubernats/client';
import { isNotFound } from '@kubernats/errors';

/** The object as the API has it now; undefined: there is none. For what must not be decided on an informer that may be behind. */
export async function getIfThere<T extends KubeObject>(kind: KindClient<T>, name: string, namespace?: string): Promise<T | undefined> {
  try {
    return await kind.get(name, namespace);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
