/** Freezes plain JSON to its leaves, once: what is frozen at the top is taken to be frozen below. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) freeze(value[i]);
  } else for (const key in value) if (typeof value[key] === 'object') freeze(value[key]);
  return value;
}
