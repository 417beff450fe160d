import type { Entry } from '../history/entries.ts';
import type { Checker } from './checker.ts';

/** What a Pod found in its claim once, each later Pod of that claim finds at the beginning: all wrote at the end. */
export const keptContent: Checker = {
  name: 'what was written to volumes is read again',
  check(history) {
    const lastOf = new Map<string, string>();
    const wrong: string[] = [];
    let reads = 0;
    for (const { claim, read } of readsIn(history)) {
      const before = lastOf.get(claim) ?? '';
      if (read === before) continue;
      reads++;
      if (!read.startsWith(before)) wrong.push(`claim ${claim}: ${JSON.stringify(before)} was read, and then ${JSON.stringify(read)}`);
      lastOf.set(claim, read);
    }
    return { wrong, looked: `${reads} reads of ${lastOf.size} claims` };
  },
};

/** By claim, which is one through the life of a run. */
function readsIn(history: readonly Entry[]): { claim: string; read: string }[] {
  const objects = history.flatMap((entry) =>
    entry.what === 'watch-event' ? [entry.object] : entry.what === 'watch-listed' ? entry.objects : [],
  );
  return objects.flatMap((object) => {
    if (object.kind !== 'Pod' || object.read === undefined) return [];
    const [claim] = object.claims;
    return claim === undefined ? [] : [{ claim, read: object.read }];
  });
}
