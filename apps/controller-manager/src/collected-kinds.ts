import { KINDS, type KindRef } from '@kubernats/api';

/** The kinds whose objects go with their owners and their namespaces: all that are kept, each once. */
export const COLLECTED_KINDS: readonly KindRef[] = KINDS.filter(({ ephemeral, storedAs }) => !ephemeral && !storedAs);
