import { dns1123Label } from '@kubernats/apimachinery';
import type { KubeObject } from '../object.ts';

/** Of who makes Pods: a name with dots is allowed, and is no host name. */
export const nameWarnings = (object: KubeObject): string[] => notALabel(object, 'Pod names and hostnames');

/** Of a Pod itself. */
export const podNameWarnings = (pod: KubeObject): string[] => notALabel(pod, "the Pod's hostname");

function notALabel({ metadata }: KubeObject, used: string): string[] {
  const problems = dns1123Label(metadata?.name ?? '');
  if (!metadata?.name || problems.length === 0) return [];
  return [
    `metadata.name: this is used in ${used}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}
