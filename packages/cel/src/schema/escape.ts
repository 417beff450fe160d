/** Words that are no names in expressions. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

const SIGNS: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };

/**
 * The name of a property in expressions: `my-name` is `my__dash__name`, `in` is `__in__`. Undefined: it cannot be named there. Source: Kubernetes' concept
 * "Common Expression Language in Kubernetes", "Escaping".
 */
export function escapeName(name: string): string | undefined {
  if (KEYWORDS.has(name)) return `__${name}__`;
  if (!/^[a-zA-Z_.\-/][a-zA-Z0-9_.\-/]*$/.test(name)) return undefined;
  return name.replace(/__|[.\-/]/g, (sign) => SIGNS[sign] ?? sign);
}
