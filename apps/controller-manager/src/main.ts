import { readFile } from 'node:fs/promises';
import { connect, leaderElectionOf, runApp } from '@kubernats/runtime';
import { COLLECTED_KINDS } from './collected-kinds.ts';
import { createControllerManager } from './create-controller-manager.ts';
import { autoscalingOf, controllerManagerOptions } from './options.ts';

await runApp({
  name: 'controller-manager',
  description: 'brings the cluster to what its objects say: Deployments, endpoints, namespaces, nodes …',
  options: controllerManagerOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    await using connection = await connect(
      { config, clock, random, ids, log, signal, waitFor },
      'system:kube-controller-manager',
      'kube-controller-manager',
    );
    const { client, informers } = connection;
    const { clusterCidr, nodeCidrMaskSize, terminatedPodGcThreshold, clusterSigningKeyFile } = config;
    const rootCa = await readFile(config.rootCaFile, 'utf8');
    const manager = createControllerManager(
      { client, informers, clock, random, log, metrics },
      {
        ...{ clusterCidr, nodeCidrMaskSize, terminatedPodGcThreshold },
        rootCa,
        signing: clusterSigningKeyFile
          ? { certificatePem: rootCa, privateKeyPem: await readFile(clusterSigningKeyFile, 'utf8') }
          : undefined,
        nodeMonitorGracePeriodMs: config.nodeMonitorGracePeriod,
        nodeStartupGracePeriodMs: config.nodeStartupGracePeriod,
        releaseNodesAfterMs: config.releaseNodesAfter,
        autoscaling: autoscalingOf(config),
        kinds: COLLECTED_KINDS,
        leaderElection: leaderElectionOf(config, ids),
      },
    );
    waitFor(() => informers.waitingFor());
    void manager.ready.then(ready);
    await Promise.all([informers.run(signal), manager.run(signal)]);
  },
});
