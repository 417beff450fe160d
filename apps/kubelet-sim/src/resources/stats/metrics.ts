// What a node tells Prometheus: the same three pages as a kubelet, with the names that dashboards and alerts know.
import { quantityMilli, quantityValue } from '@kubernats/apimachinery';
import { cpuSharesOf } from '@kubernats/containers';
import { namesOf } from '../../pod/pod-context.ts';
import type { ContainerUse, NodeUse, PodUse } from './node-use.ts';
import { PrometheusText, type Sample } from './prometheus-text.ts';

interface Row {
  pod: PodUse;
  container: ContainerUse;
}

const rowsOf = ({ pods }: NodeUse): Row[] => pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));

function placeOf({ pod: { pod }, container }: Row): Record<string, string> {
  const { namespace, name } = namesOf(pod);
  return { container: container.name, namespace, pod: name };
}

/** GET /metrics/resource: what metrics-server reads. */
export function resourceMetrics(use: NodeUse): string {
  const rows = rowsOf(use);
  const perContainer = (read: (row: Row) => number): Sample[] => rows.map((row) => ({ labels: placeOf(row), value: read(row) }));
  const perPod = (read: (container: ContainerUse) => number): Sample[] =>
    use.pods.map(({ pod, containers }) => {
      const { namespace, name } = namesOf(pod);
      return { labels: { namespace, pod: name }, value: containers.reduce((sum, container) => sum + read(container), 0) };
    });
  const cpuSeconds = ({ stats }: ContainerUse): number => stats.cpuUsedMs / 1000;
  return new PrometheusText()
    .family(
      'container_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the container in core-seconds',
      perContainer(({ container }) => cpuSeconds(container)),
    )
    .family(
      'container_memory_working_set_bytes',
      'gauge',
      'Current working set of the container in bytes',
      perContainer(({ container }) => container.stats.memoryBytes),
    )
    .family(
      'container_start_time_seconds',
      'gauge',
      'Start time of the container since unix epoch in seconds',
      perContainer(({ container }) => container.startedAtMs / 1000),
    )
    .family('node_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the node in core-seconds', [
      { value: use.resources.cpu.usedMs() / 1000 },
    ])
    .family('node_memory_working_set_bytes', 'gauge', 'Current working set of the node in bytes', [{ value: use.resources.memoryBytes }])
    .family('pod_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the pod in core-seconds', perPod(cpuSeconds))
    .family(
      'pod_memory_working_set_bytes',
      'gauge',
      'Current working set of the pod in bytes',
      perPod(({ stats }) => stats.memoryBytes),
    )
    .family('resource_scrape_error', 'gauge', '1 if there was an error while getting container metrics, 0 otherwise', [{ value: 0 }])
    .toString();
}

const CFS_PERIOD_US = 100_000;
/** There is no cache that could be given back: all of these are the same. */
const MEMORY = {
  container_memory_rss: 'Size of RSS in bytes.',
  container_memory_usage_bytes: 'Current memory usage in bytes.',
  container_memory_working_set_bytes: 'Current working set in bytes.',
};

/** GET /metrics/cadvisor: limits, use and throttling. */
export function cadvisorMetrics(use: NodeUse): string {
  const rows = rowsOf(use).map((row) => {
    const { spec } = row.pod.pod;
    const own = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(({ name }) => name === row.container.name);
    const { requests = {}, limits = {} } = own?.resources ?? {};
    const id = `/kubepods/pod${namesOf(row.pod.pod).uid}/${row.container.id}`;
    const labels = { ...placeOf(row), id, image: own?.image ?? '', name: row.container.id };
    return { ...row, requests, limits, labels };
  });
  type Full = (typeof rows)[number];
  const all = (read: (row: Full) => number): Sample[] => rows.map((row) => ({ labels: row.labels, value: read(row) }));
  const limited = (read: (row: Full) => number): Sample[] =>
    rows.filter(({ limits }) => limits.cpu !== undefined).map((row) => ({ labels: row.labels, value: read(row) }));
  const text = new PrometheusText();
  text.family(
    'container_cpu_cfs_periods_total',
    'counter',
    'Number of elapsed enforcement period intervals.',
    limited(({ container }) => container.stats.periods),
  );
  text.family(
    'container_cpu_cfs_throttled_periods_total',
    'counter',
    'Number of throttled period intervals.',
    limited(({ container }) => container.stats.throttledPeriods),
  );
  text.family(
    'container_cpu_cfs_throttled_seconds_total',
    'counter',
    'Total time duration the container has been throttled.',
    limited(({ container }) => container.stats.throttledMs / 1000),
  );
  text.family(
    'container_cpu_usage_seconds_total',
    'counter',
    'Cumulative cpu time consumed in seconds.',
    rows.map(({ labels, container }) => ({ labels: { ...labels, cpu: 'total' }, value: container.stats.cpuUsedMs / 1000 })),
  );
  for (const [name, help] of Object.entries(MEMORY)) {
    text.family(
      name,
      'gauge',
      help,
      all(({ container }) => container.stats.memoryBytes),
    );
  }
  text.family(
    'container_spec_cpu_period',
    'gauge',
    'CPU period of the container.',
    limited(() => CFS_PERIOD_US),
  );
  text.family(
    'container_spec_cpu_quota',
    'gauge',
    'CPU quota of the container.',
    limited(({ limits }) => (quantityMilli(limits.cpu) * CFS_PERIOD_US) / 1000),
  );
  text.family(
    'container_spec_cpu_shares',
    'gauge',
    'CPU share of the container.',
    all(({ requests }) => cpuSharesOf(quantityMilli(requests.cpu))),
  );
  text.family(
    'container_spec_memory_limit_bytes',
    'gauge',
    'Memory limit for the container.',
    all(({ limits }) => quantityValue(limits.memory)),
  );
  text.family(
    'container_start_time_seconds',
    'gauge',
    'Start time of the container since unix epoch in seconds.',
    all(({ container }) => container.startedAtMs / 1000),
  );
  text.family('machine_cpu_cores', 'gauge', 'Number of logical CPU cores.', [{ value: use.resources.cpuCapacityMillicores / 1000 }]);
  text.family('machine_memory_bytes', 'gauge', 'Amount of memory installed on the machine.', [
    { value: use.resources.memoryCapacityBytes },
  ]);
  return text.toString();
}

/** GET /metrics: the kubelet's own. */
export function kubeletMetrics(use: NodeUse): string {
  return new PrometheusText()
    .family('kubelet_evictions', 'counter', 'Cumulative number of pod evictions by eviction signal', [
      { labels: { eviction_signal: 'memory.available' }, value: use.evictions },
    ])
    .family('kubelet_node_name', 'gauge', "The node's name. The count is always 1.", [{ labels: { node: use.node }, value: 1 }])
    .family('kubelet_running_containers', 'gauge', 'Number of containers currently running', [
      { labels: { container_state: 'running' }, value: rowsOf(use).length },
    ])
    .family('kubelet_running_pods', 'gauge', 'Number of pods that have a running pod sandbox', [
      { value: use.pods.filter(({ containers }) => containers.length > 0).length },
    ])
    .toString();
}
