/** How many checks in a row it takes. */
export interface Thresholds {
  unhealthyAfter: number;
  healthyAfter: number;
}

/** What is thought of a target. */
export interface Verdict {
  healthy: boolean;
  /** Checks in a row that said the opposite. */
  against: number;
}

/** The verdict after one more check. The first check decides by itself: nothing is known before it. */
export function judge(before: Verdict | undefined, passed: boolean, { unhealthyAfter, healthyAfter }: Thresholds): Verdict {
  if (!before) return { healthy: passed, against: 0 };
  if (before.healthy === passed) return { healthy: passed, against: 0 };
  const against = before.against + 1;
  const needed = passed ? healthyAfter : unhealthyAfter;
  return against >= needed ? { healthy: passed, against: 0 } : { healthy: before.healthy, against };
}
