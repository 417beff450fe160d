import { isKept, KINDS, type KindRef } from '@kubernats/api';

/** The kinds whose objects go with their owners and their namespaces: all that are kept, each once. */
export const COLLECTED_KINDS: readonly KindRef[] = KINDS.filter(isKept);

/** Those that a controller follows all the time. Events tell of objects and outlive them: nobody owns one, and there are many. */
export const followedKinds = (kinds: readonly KindRef[]): KindRef[] => kinds.filter(({ plural }) => plural !== 'events');
