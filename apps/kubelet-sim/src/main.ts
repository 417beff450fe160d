import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUserImages } from '@kubernats/containers';
import { createDiskFiles } from '@kubernats/files';
import { loopbackNetwork } from '@kubernats/net';
import { connect, runApp } from '@kubernats/runtime';
import { createKubeletSim } from './kubelet-sim.ts';
import { linksBeside } from './links/links-file.adapter.ts';
import { kubeletSimConfig, kubeletSimOptions } from './options.ts';

await runApp({
  name: 'kubelet-sim',
  description: 'a pool of simulated nodes and their Pods',
  options: kubeletSimOptions,
  async start({ config: options, clock, random, ids, log, metrics, signal, ready }) {
    const config = await kubeletSimConfig(options, (file) => readFileSync(file, 'utf8'));
    if (options.imagePolicy !== undefined) {
      const { readImagePolicy } = await import('./images/image-policy-file.adapter.ts');
      config.imagePolicy = [...config.imagePolicy, ...(await readImagePolicy(options.imagePolicy))];
    }
    const diskAt = (...path: string[]) => {
      const folder = join(options.root, ...path);
      mkdirSync(folder, { recursive: true });
      return createDiskFiles(folder);
    };
    const { bus, transport, client, ...connection } = await connect(
      { config: options, clock, random, ids, log },
      `system:node:${config.pool}`,
      'kubelet',
    );
    await using _closing = connection;
    const onProblem = (file: string, problem: string) => log.warn({ file, problem }, 'an image cannot be loaded');
    const userImages = options.images === undefined ? undefined : createUserImages({ folder: options.images, clock, onProblem });
    const deps = { bus, transport, client, clock, random, ids, log, metrics, network: loopbackNetwork(), userImages };
    const links = linksBeside(options.root);
    const kubelet = createKubeletSim({ ...deps, diskOf: (node) => diskAt(node), links, shared: diskAt('..', 'storage', 'shared') }, config);
    void kubelet.ready.then(ready);
    await kubelet.run(signal);
  },
});
