import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createUserImages } from '@kubernats/containers';
import { createDiskFiles } from '@kubernats/files';
import { connect, runApp } from '@kubernats/runtime';
import { createKubeletSim } from './kubelet-sim.ts';
import { linksBeside } from './links/links-file.adapter.ts';
import { openMachine } from './machine/open-machine.adapter.ts';
import { kubeletSimOptions } from './options.ts';
import { readConfig } from './read-config.adapter.ts';

await runApp({
  name: 'kubelet-sim',
  description: 'a pool of simulated nodes and their Pods',
  options: kubeletSimOptions,
  async start({ config: options, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    const config = await readConfig(options);
    const diskAt = (...path: string[]) => {
      const folder = join(options.root, ...path);
      mkdirSync(folder, { recursive: true });
      return createDiskFiles(folder);
    };
    const { bus, transport, client, ...connection } = await connect(
      { config: options, clock, random, ids, log, waitFor },
      `system:node:${config.pool}`,
      'kubelet',
    );
    await using _closing = connection;
    const onProblem = (file: string, problem: string) => log.warn({ file, problem }, 'an image cannot be loaded');
    const userImages = options.images === undefined ? undefined : createUserImages({ folder: options.images, clock, onProblem });
    const parts = { bus, transport, client, clock, random, ids, log, metrics };
    waitFor(() => ['a name among the nodes']);
    await using machine = await openMachine(options, config, parts, signal);
    const { network, nodes } = machine;
    const deps = { ...parts, network, openRange: machine.openRange, userImages, links: linksBeside(options.root) };
    const kubelet = createKubeletSim({ ...deps, diskOf: (node) => diskAt(node), shared: diskAt('..', 'shared') }, { ...config, nodes });
    waitFor(() => [...machine.waitingFor(), ...nodes.map(({ name }) => `node ${name} to be Ready`)]);
    void kubelet.ready.then(ready);
    await Promise.all([kubelet.run(signal), machine.run(signal)]);
  },
});
