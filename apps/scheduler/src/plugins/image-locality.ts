import type { Plugin } from '../framework/plugin.ts';

const MB = 1024 * 1024;
/** Images that weigh less altogether are not worth a preference; heavier than the most, a container, they make no further difference. */
const LEAST_BYTES = 23 * MB;
const MOST_BYTES_A_CONTAINER = 1000 * MB;

/** An image of the Pod, and on which share of the nodes it is: an image that is nearly everywhere draws all Pods to where it is, and so counts more. */
interface WantedImage {
  name: string;
  spread: number;
}

/** Prefers nodes that have the Pod's images already, by their size. */
export const imageLocality: Plugin<unknown, readonly WantedImage[]> = {
  name: 'ImageLocality',
  preScore({ images }, cluster) {
    const wanted = images
      .map((name) => ({ name, spread: cluster.nodesWithImage(name) / cluster.nodes.length }))
      .filter(({ spread }) => spread > 0);
    return wanted.length === 0 ? 'skip' : { state: wanted };
  },
  score(wanted, { images }, node) {
    let bytes = 0;
    for (const { name, spread } of wanted) bytes += Math.floor((node.imageSizes.get(name) ?? 0) * spread);
    const most = MOST_BYTES_A_CONTAINER * images.length;
    return Math.floor((100 * (Math.min(Math.max(bytes, LEAST_BYTES), most) - LEAST_BYTES)) / (most - LEAST_BYTES));
  },
};
