import type { Files } from '@kubernats/files';

interface PodNames {
  namespace: string;
  name: string;
  uid: string;
}

/** Where log collectors look: a link a run, which leads to its log and says in its name whose it is. Source: Kubernetes, "Logging Architecture". */
const LINKS_FOLDER = '/var/log/containers';
const NAME_LENGTH_MAX = 255;
const SUFFIX = '.log';

/** Lays the link to a run's log. Like the other links of a node it is relative, so that from outside, too, it leads into the node's folder. */
export async function layLogLink(files: Files, pod: PodNames, container: string, containerId: string, log: string): Promise<void> {
  const name = `${ofPod(pod)}${container}-${containerId}`.slice(0, NAME_LENGTH_MAX - SUFFIX.length) + SUFFIX;
  await files.mkdir(LINKS_FOLDER, { recursive: true });
  if (!files.lookup(`${LINKS_FOLDER}/${name}`)) await files.symlink(log.replace('/var/log/', '../'), `${LINKS_FOLDER}/${name}`);
}

/** Removes the links of a container's runs before this one. */
export function removeLinksOfRunsBefore(files: Files, pod: PodNames, container: string, run: number): Promise<void> {
  const own = `/${pod.namespace}_${pod.name}_${pod.uid}/${container}/`;
  return removeLinks(files, ofPod(pod), (log) => log.includes(own) && Number.parseInt(log.slice(log.lastIndexOf('/') + 1), 10) < run);
}

/** Removes the links of a Pod; one of its name that came after it keeps its own. */
export function removeLinksOf(files: Files, pod: PodNames): Promise<void> {
  return removeLinks(files, ofPod(pod), (log) => log.includes(`/${pod.namespace}_${pod.name}_${pod.uid}/`));
}

/** Removes the links of Pods that the node does not have. */
export function removeStrayLinks(files: Files, isThere: (uid: string) => boolean): Promise<void> {
  return removeLinks(files, '', (log) => !isThere(/_([^_/]+)\/[^/]*\/[^/]*$/.exec(log)?.[1] ?? ''));
}

const ofPod = ({ name, namespace }: PodNames): string => `${name}_${namespace}_`;

async function removeLinks(files: Files, prefix: string, isDead: (log: string) => boolean): Promise<void> {
  if (!(await files.stat(LINKS_FOLDER))) return;
  for (const name of await files.list(LINKS_FOLDER)) {
    const path = `${LINKS_FOLDER}/${name}`;
    const found = name.startsWith(prefix) ? files.lookup(path) : undefined;
    // What else somebody put there stays.
    if (found?.kind === 'symlink' && isDead(found.target)) await files.remove(path);
  }
}
