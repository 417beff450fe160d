/** The oldest Node.js that runs kubernats itself; the launcher and set-up run on 20. */
export const OLDEST_NODE = '22.18.0';

/** Whether version `a` is `b` or later; both like `1.2.3`, with or without a leading v. */
export function atLeast(a, b) {
  const parts = (version) =>
    version
      .replace(/^v/, '')
      .split('.')
      .map((part) => Number.parseInt(part, 10));
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) {
    if ((left[i] ?? 0) !== (right[i] ?? 0)) return (left[i] ?? 0) > (right[i] ?? 0);
  }
  return true;
}
