import { makeDiskFiles } from '@kubernats/files';
import { connect, leaderElectionOf, runApp } from '@kubernats/runtime';
import { machineBackends } from '@kubernats/volumes';
import { createVolumeController } from './create-volume-controller.ts';
import { volumeControllerOptions } from './options.ts';

await runApp({
  name: 'volume-controller',
  description: 'binds claims to volumes, has volumes made and removed',
  options: volumeControllerOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    const identity = 'system:kubernats:volume-controller';
    await using connection = await connect({ config, clock, random, ids, log, signal, waitFor }, identity, 'volume-controller');
    const { bus, client, informers } = connection;
    const storage = makeDiskFiles(config.storage);
    const backends = await machineBackends({ folder: config.storageBackends, clock, log });
    const controller = createVolumeController(
      { bus, client, informers, clock, random, log, metrics, storage, backends },
      {
        cluster: config.cluster,
        disableForceDetachOnTimeout: config.disableForceDetachOnTimeout,
        leaderElection: leaderElectionOf(config, ids),
      },
    );
    waitFor(() => informers.waitingFor());
    void controller.ready.then(ready);
    await Promise.all([informers.run(signal), controller.run(signal)]);
  },
});
