import { connect, leaderElectionOf, runApp } from '@kubernats/runtime';
import { createVolumeController } from './create-volume-controller.ts';
import { volumeControllerOptions } from './options.ts';

await runApp({
  name: 'volume-controller',
  description: 'binds claims to volumes',
  options: volumeControllerOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    const identity = 'system:kubernats:volume-controller';
    await using connection = await connect({ config, clock, random, ids, log, waitFor }, identity, 'volume-controller');
    const { client, informers } = connection;
    const controller = createVolumeController(
      { client, informers, clock, random, log, metrics },
      { leaderElection: leaderElectionOf(config, ids) },
    );
    waitFor(() => informers.waitingFor());
    void controller.ready.then(ready);
    await Promise.all([informers.run(signal), controller.run(signal)]);
  },
});
