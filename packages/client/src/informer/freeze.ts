/** Freezes plain JSON to its leaves, once: what is frozen at the top is taken to be frozen below. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const key in value) freeze(value[key]);
  return value;
}
