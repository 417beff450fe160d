import { placeOf, textOf, withLink, withoutLink } from '@kubernats/kubelet-sim/links';
import { NodeDisks, told } from '../nodes/node-disks.ts';
import { clusterPaths } from '../state/paths.ts';

interface Options {
  name: string;
}

/** Makes a folder on a node, unless something is there, and prints where it is on this machine. */
export async function nodePath(node: string, path: string, options: Options): Promise<void> {
  process.stdout.write(`${await new NodeDisks(clusterPaths(options.name)).make(node, path)}\n`);
}

/** V2: joins a path of one node to one of another by hand, and says why that is not recommended. */
export async function nodeLink(source: string, target: string, options: Options): Promise<void> {
  const disks = new NodeDisks(clusterPaths(options.name));
  const [from, to] = [disks.parse(source), disks.parse(target)];
  // Refused before anything is made.
  told(() => withLink(disks.links, from, to));
  const [shown, at] = [await disks.makeOwn(placeOf(disks.links, from)), await disks.makeOwn(to)];
  disks.links = told(() => withLink(disks.links, shown, at));
  process.stdout.write(
    `${textOf(at)} shows ${textOf(shown)} now: one folder for both nodes, and what one writes the other reads.\n` +
      `What ${at.node} itself has there is hidden until: ./kubernats node unlink ${textOf(at)}\n` +
      `Pods that run keep what they have mounted; those that come see the link.\n\n` +
      `This is not recommended. The scheduler knows nothing of it: a Pod that lands on a third node does not see these files. Two real machines\n` +
      `have no such folder: they would need a network file system. A PersistentVolume of the kind nfs is one, and every node sees it.\n`,
  );
}

/** Takes a link away again; what the node itself has there shows again. */
export async function nodeUnlink(target: string, options: Options): Promise<void> {
  const disks = new NodeDisks(clusterPaths(options.name));
  const at = disks.parse(target);
  disks.links = told(() => withoutLink(disks.links, at));
  process.stdout.write(`${textOf(at)} is ${at.node}'s own again. Pods that run keep what they have mounted.\n`);
}
