/** How far beyond the limit those may go who have less than their share: so many times the limit in all. */
const TIMES_MAX = 2;

/**
 * Whether `user` may have one more request under way although all have `max` or more: one who sends much does not keep out who sends little. `holders` has the user of each
 * request that is under way. A share is the limit divided by all who hold requests. Source: the concept "API Priority and Fairness", whose flows are users by default.
 */
export function hasShareLeft(holders: Iterable<string>, user: string, max: number): boolean {
  const others = new Set<string>();
  let own = 0;
  let all = 0;
  for (const holder of holders) {
    all++;
    if (holder === user) own++;
    else others.add(holder);
  }
  return all < TIMES_MAX * max && own < Math.floor(max / (others.size + 1));
}
