import { createHash } from 'node:crypto';

/** An image's full name, as runtimes report it: `nginx` → `docker.io/library/nginx:latest`. */
export function fullImageName(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  const named = hasRegistry ? image : rest.length > 0 ? `docker.io/${image}` : `docker.io/library/${image}`;
  return /:[^/]+$/.test(named) || named.includes('@') ? named : `${named}:latest`;
}

const ids = new Map<string, string>();

/** A digest that follows from the name alone: two Pods with the same image show the same one. */
export function imageId(image: string): string {
  let id = ids.get(image);
  if (id === undefined) {
    const full = fullImageName(image);
    id = full.includes('@') ? full : `${full.replace(/:[^:/]+$/, '')}@sha256:${createHash('sha256').update(full).digest('hex')}`;
    ids.set(image, id);
  }
  return id;
}
