// Pods with the annotation `example.com/group-size: N` start together: each has a node at once, but goes there only when all N of its `group` have one.
import { defineSchedulerPlugin, type PodView } from '@kubernats/scheduler-plugin';

const SIZE = 'example.com/group-size';
const WAIT_SECONDS = 30;

export default defineSchedulerPlugin({
  name: 'AllOrNone',
  create: () => ({
    permit(pod, _node, cluster) {
      const size = Number(pod.metadata?.annotations?.[SIZE] ?? 1);
      const waiting = cluster.waitingPods.filter((other) => groupOf(other.pod) === groupOf(pod));
      if (waiting.length + 1 < size) return { waitSeconds: WAIT_SECONDS };
      for (const other of waiting) other.allow();
      return undefined;
    },
  }),
});

const groupOf = ({ metadata }: PodView): string => `${metadata?.namespace}/${metadata?.labels?.group}`;
