import { createUserImages } from '@kubernats/containers';
import { connect, runApp } from '@kubernats/runtime';
import { machineBackends } from '@kubernats/volumes';
import { openDisks } from './disks.adapter.ts';
import { createKubeletSim } from './kubelet-sim.ts';
import { openMachine } from './machine/open-machine.adapter.ts';
import { kubeletSimOptions } from './options.ts';
import { readConfig } from './read-config.adapter.ts';

await runApp({
  name: 'kubelet-sim',
  description: 'a pool of simulated nodes and their Pods',
  options: kubeletSimOptions,
  async start({ config: options, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    const config = await readConfig(options);
    const { bus, transport, client, ...connection } = await connect(
      { config: options, clock, random, ids, log, signal, waitFor },
      `system:node:${config.pool}`,
      'kubelet',
    );
    await using _closing = connection;
    const onProblem = (file: string, problem: string) => log.warn({ file, problem }, 'an image cannot be loaded');
    const userImages = options.images === undefined ? undefined : createUserImages({ folder: options.images, clock, onProblem });
    const parts = { bus, transport, client, clock, random, ids, log, metrics };
    waitFor(() => ['a name among the nodes']);
    await using machine = await openMachine(options, config, parts, signal);
    const { network, nodes, openRange } = machine;
    const backends = await machineBackends({ folder: options.storageBackends, clock, log });
    const kubelet = createKubeletSim({ ...parts, network, openRange, userImages, ...openDisks(options), backends }, { ...config, nodes });
    waitFor(() => [...machine.waitingFor(), ...nodes.map(({ name }) => `node ${name} to be Ready`)]);
    void kubelet.ready.then(ready);
    await Promise.all([kubelet.run(signal), machine.run(signal)]);
  },
});
