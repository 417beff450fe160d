import { repositoryOf } from '../image.ts';
import type { Subject } from './behaviour.ts';
import type { BehaviourRow } from './row.ts';

/** Whether a row speaks of this container. */
export function matches({ match }: BehaviourRow, { pod, container, image }: Subject): boolean {
  return (
    globMatches(match.image, repositoryOf(image)) &&
    globMatches(match.namespace, pod.namespace) &&
    globMatches(match.pod, pod.name) &&
    globMatches(match.container, container) &&
    (match.owner === undefined || match.owner === pod.ownerKind) &&
    hasAll(pod.labels, match.labels) &&
    hasAll(pod.annotations, match.annotations)
  );
}

/** Whether the map has all of these entries. */
export function hasAll(map: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>> = {}): boolean {
  for (const name in wanted) if (!Object.hasOwn(map, name) || map[name] !== wanted[name]) return false;
  return true;
}

/** Whether the text fits the pattern, in which `*` stands for any run of characters. No pattern fits all. */
export function globMatches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined || pattern === '*' || pattern === text) return true;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined || !text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
