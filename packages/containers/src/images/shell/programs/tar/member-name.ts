/**
 * The name of an archive's member as a path below the folder that it goes into. Undefined: it would leave that folder (`..`), or nothing of it is
 * left when so many leading parts are taken off.
 */
export function memberName(name: string, strip: number): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return undefined;
  const rest = parts.slice(strip);
  if (rest.length > 0) return rest.join('/');
  return strip === 0 && /^(\.?\/)*\.?$/.test(name) && name !== '' ? '.' : undefined;
}
