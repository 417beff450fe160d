/** R1: the warning of a kind whose objects are kept and shown, and that no part of kubernats acts on. `what` says what does not happen. */
export const nobodyActs = (kind: string, what: string): string => `${kind}: stored, but nothing in kubernats acts on it: ${what}`;
