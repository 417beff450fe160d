import { connect, leaderElectionOf, runApp } from '@kubernats/runtime';
import { schedulerOptions } from './options.ts';
import { createScheduler } from './scheduler.ts';

await runApp({
  name: 'scheduler',
  description: 'finds a node for every Pod',
  options: schedulerOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    await using connection = await connect({ config, clock, random, ids, log, signal, waitFor }, 'system:kube-scheduler', 'kube-scheduler');
    const { bus, client, informers } = connection;
    const { cluster, schedulerName, bindConcurrency } = config;
    const scheduler = createScheduler(
      { client, informers, clock, random, log, metrics, questions: { bus, cluster } },
      { schedulerName, bindConcurrency, leaderElection: leaderElectionOf(config, ids) },
    );
    waitFor(() => informers.waitingFor());
    void scheduler.ready.then(ready);
    await Promise.all([informers.run(signal), scheduler.run(signal)]);
  },
});
