import { composeCluster } from '../tests/compose/compose-cluster.ts';
import { type Benchmark, milliseconds } from './measurement.ts';

const APPS = ['apiserver', 'scheduler', 'controller-manager', 'volume-controller', 'kubelet-sim', 'service-proxy', 'load-balancer', 'cli'];
const READY = `kubectl get nodes --no-headers | awk '$2 == "Ready"' | wc -l`;

/** With this machine's Docker and images that are built: five nodes Ready, routes to one that joins, and how large the images are. */
export const compose: Benchmark = {
  name: 'compose',
  async run() {
    await using cluster = await composeCluster();
    const { sh, until } = cluster;
    const scale = (nodes: number) => sh(`docker compose up --detach --scale kubelet-sim=${nodes}`);
    const up = await milliseconds(async () => {
      await scale(5);
      await until(READY, '5');
    });
    const joining = scale(6);
    const range = `kubectl get node node6 --output jsonpath='{.spec.podCIDR}'`;
    await until(range, /^10\./);
    const node6 = (await sh(range)).trim();
    // The sixth has the range itself, and no route to it over the network.
    const knowing = `for each in $(docker compose ps --quiet kubelet-sim); do docker exec $each ip route; done | grep --count '^${node6} via'`;
    const routes = await milliseconds(() => until(knowing, '5'));
    await joining;
    const prefix = process.env.KUBERNATS_IMAGES ?? 'kubernats';
    const sizes = await sh(`docker image inspect --format '{{.Size}}' ${APPS.map((app) => `${prefix}/${app}`).join(' ')}`);
    const largest = Math.max(...sizes.trim().split('\n').map(Number)) / 1_000_000;
    return [
      { name: 'docker compose up, five nodes Ready', value: up / 1000, unit: 's', goal: { atMost: 15 } },
      { name: 'routes to a node that joins, at all others', value: routes, unit: 'ms', goal: { atMost: 2000 } },
      { name: 'largest image, with its base', value: largest, unit: 'MB', goal: { atMost: 350 } },
    ];
  },
};
