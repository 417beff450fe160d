const VERSION = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/;
const STABILITY = ['alpha', 'beta', ''];

/**
 * Orders names of versions, the best first: v10, v2, v1, v11beta2, v3alpha1, then all else by the alphabet. Source: the page "Versions in
 * CustomResourceDefinitions", version priority.
 */
export function byVersionPriority(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : Number(a > b);
  for (const [i, part] of left.entries()) {
    const difference = (right[i] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Stability, major, minor. */
function partsOf(version: string): number[] | undefined {
  const [, major, stability = '', minor = '0'] = VERSION.exec(version) ?? [];
  return major === undefined ? undefined : [STABILITY.indexOf(stability), Number(major), Number(minor)];
}
