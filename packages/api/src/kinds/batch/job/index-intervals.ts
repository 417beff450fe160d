/** Completion indexes as Jobs write them, ends included: `1,3-5,7` is `[[1,1],[3,5],[7,7]]`. In order, without overlaps. */
export type IndexInterval = readonly [first: number, last: number];

/**
 * Reads indexes that a person wrote. Throws an Error in Kubernetes' words when one is not below `completions` or the order does not rise.
 * Source: `spec.successPolicy.rules[*].succeededIndexes` of the Job API.
 */
export function parseIndexIntervals(text: string, completions: number): IndexInterval[] {
  if (text === '') return [];
  const intervals: IndexInterval[] = [];
  for (const fragment of text.split(',')) {
    const interval = intervalOf(fragment, completions);
    const previous = intervals.at(-1)?.[1];
    if (previous !== undefined && previous >= interval[0]) throw outOfOrder(previous, interval[0]);
    intervals.push(interval);
  }
  return intervals;
}

function intervalOf(fragment: string, completions: number): IndexInterval {
  const [firstText = '', lastText, ...more] = fragment.split('-');
  if (more.length > 0) {
    throw new Error(
      `the fragment "${fragment}" violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  }
  const first = indexOf(firstText, completions);
  if (lastText === undefined) return [first, first];
  const last = indexOf(lastText, completions);
  if (first >= last) throw outOfOrder(first, last);
  return [first, last];
}

function indexOf(text: string, completions: number): number {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`cannot convert string to integer for index: "${text}"`);
  if (Number(text) >= completions) throw new Error(`too large index: "${text}"`);
  return Number(text);
}

const outOfOrder = (previous: number, current: number): Error =>
  new Error(`non-increasing order, previous: ${previous}, current: ${current}`);

/** How many indexes the intervals hold. */
export const countIndexes = (intervals: readonly IndexInterval[]): number =>
  intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);
