import { join } from 'node:path';
import { Events, type EventsEvent, type Pod, Pods } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../src/index.ts';

const schedulerConfig = `
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
  - schedulerName: default-scheduler
  - schedulerName: packed
    plugins:
      filter: { disabled: [{ name: TaintToleration }] }
      preFilter: { disabled: [{ name: TaintToleration }] }
      score: { disabled: [{ name: '*' }], enabled: [{ name: NodeResourcesFit }] }
    pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: { type: MostAllocated } } }]
`;
const pod = (name: string, schedulerName?: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { schedulerName, containers: [{ name: 'c', image: 'pause', resources: { requests: { cpu: '1' } } }] },
});

test('P7: two profiles: one spreads Pods, one packs them and does not look at taints; each speaks under its name', async () => {
  await using cluster = await startCluster({ nodes: 3, fidelity: 'status', schedulerConfig });
  const isOn = ({ spec }: Pod): boolean => spec?.nodeName !== undefined;
  const nodesOf = async (names: readonly string[], schedulerName?: string) => {
    const nodes: (string | undefined)[] = [];
    for (const name of names) {
      await cluster.apply(JSON.stringify(pod(name, schedulerName)));
      nodes.push((await cluster.waitFor(Pods, isOn, { name })).spec?.nodeName);
    }
    return nodes;
  };
  expect(new Set(await nodesOf(['a', 'b', 'c'])).size).toBe(3);
  expect(new Set(await nodesOf(['d', 'e', 'f'], 'packed')).size).toBe(1);
  const isScheduled = ({ reason, regarding }: EventsEvent): boolean => reason === 'Scheduled' && regarding?.name === 'd';
  expect((await cluster.waitFor(Events, isScheduled)).reportingController).toBe('packed');
});

test('P7: what is wrong in the configuration or does not fit the plug-ins starts nothing', async () => {
  const schedulerPluginsFolder = join(import.meta.dirname, '../../../examples/scheduler-plugins');
  const wrong = schedulerConfig.replace('name: NodeResourcesFit }]', 'name: Nobody }]');
  await expect(startCluster({ schedulerConfig: wrong })).rejects.toThrow(
    'schedulerConfig: profiles[1].plugins.score.enabled[0].name: Invalid value: "Nobody": there is no such plug-in',
  );
  const told = schedulerConfig.replace(
    '[{ name: NodeResourcesFit, args: ',
    '[{ name: SpareMemory, args: { mebibytes: lots } }, { name: NodeResourcesFit, args: ',
  );
  await expect(startCluster({ schedulerConfig: told, schedulerPluginsFolder })).rejects.toThrow(
    'spare-memory.ts: the plug-in cannot be loaded: TypeError',
  );
});
