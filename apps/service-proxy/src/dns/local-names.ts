/** Domains that no server outside has: RFC 6761, RFC 6762. */
const NOWHERE = new Set(['invalid', 'local', 'localhost', 'test']);

/**
 * Whether a name can be known to nobody outside: it has one label, which is what is left of a name that was looked for along the search
 * list in vain, or lies in a domain kept free. Such names are not told to the outside.
 */
export function isKnownNowhere(name: string): boolean {
  const labels = name.split('.');
  return labels.length < 2 || NOWHERE.has(labels.at(-1) ?? '');
}
