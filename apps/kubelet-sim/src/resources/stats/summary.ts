import type { Pod } from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import type { ContainerStatsEntry, CpuStats, MemoryStats, PodStats, StatsQuestion, StatsSummary } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { namesOf } from '../../pod/pod-context.ts';
import type { ContainerUse, NodeUse, PodUse } from './node-use.ts';

/** A node's use as the kubelet tells it: GET /stats/summary. Pure. */
export function summaryOf(use: NodeUse, { onlyCpuAndMemory = false, withoutPods = false }: StatsQuestion): StatsSummary {
  const { node, resources, startedAtMs } = use;
  const time = rfc3339(use.nowMs);
  const memory = memoryOf(time, resources.memoryBytes, resources.memoryCapacityBytes, onlyCpuAndMemory);
  const cpu = cpuOf(time, resources.cpu.nanoCores(), resources.cpu.usedMs());
  return {
    node: { nodeName: node, startTime: rfc3339(startedAtMs), cpu, memory },
    pods: withoutPods ? [] : use.pods.map((pod) => podOf(pod, time, onlyCpuAndMemory)),
  };
}

function podOf({ pod, startedAtMs, containers }: PodUse, time: string, brief: boolean): PodStats {
  const sum = (read: (use: ContainerUse) => number): number => containers.reduce((total, use) => total + read(use), 0);
  return {
    podRef: namesOf(pod),
    startTime: rfc3339(startedAtMs),
    containers: containers.map((use) => containerOf(pod, use, time, brief)),
    cpu: cpuOf(
      time,
      sum(({ stats }) => stats.cpuNanoCores),
      sum(({ stats }) => stats.cpuUsedMs),
    ),
    memory: memoryOf(
      time,
      sum(({ stats }) => stats.memoryBytes),
      undefined,
      brief,
    ),
  };
}

function containerOf(pod: Pod, { name, startedAtMs, stats }: ContainerUse, time: string, brief: boolean): ContainerStatsEntry {
  const container = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find((each) => each.name === name);
  const limit = container?.resources?.limits?.memory;
  return {
    name,
    startTime: rfc3339(startedAtMs),
    cpu: cpuOf(time, stats.cpuNanoCores, stats.cpuUsedMs),
    memory: memoryOf(time, stats.memoryBytes, limit === undefined ? undefined : quantityValue(limit), brief),
  };
}

function cpuOf(time: string, usageNanoCores: number, usedMs: number): CpuStats {
  return { time, usageNanoCores, usageCoreNanoSeconds: Math.round(usedMs * 1e6) };
}

function memoryOf(time: string, bytes: number, limitBytes: number | undefined, brief: boolean): MemoryStats {
  if (brief) return { time, workingSetBytes: bytes };
  const available = limitBytes === undefined ? {} : { availableBytes: limitBytes - bytes };
  return { time, ...available, usageBytes: bytes, workingSetBytes: bytes, rssBytes: bytes };
}
