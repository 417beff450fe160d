import { dns1123Label } from '@kubernats/apimachinery';
import type { KubeObject } from '../../object.ts';

/** A name with dots is allowed, and is no host name. */
export function nameWarnings({ metadata }: KubeObject): string[] {
  const problems = dns1123Label(metadata?.name ?? '');
  if (!metadata?.name || problems.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}
