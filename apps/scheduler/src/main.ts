import { readFile } from 'node:fs/promises';
import { connect, leaderElectionOf, runApp } from '@kubernats/runtime';
import { schedulerOptions } from './options.ts';
import { createScheduler } from './scheduler.ts';
import { leaderElectionFor, setupOf } from './settings.ts';

await runApp({
  name: 'scheduler',
  description: 'finds a node for every Pod',
  options: schedulerOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    const setup = await setupOf(config, (file) => readFile(file, 'utf8'), clock, log);
    await using connection = await connect({ config, clock, random, ids, log, signal, waitFor }, 'system:kube-scheduler', 'kube-scheduler');
    const { bus, client, informers } = connection;
    const { cluster, schedulerName, bindConcurrency } = config;
    const leaderElection = leaderElectionFor(setup.configuration, leaderElectionOf(config, ids));
    const scheduler = createScheduler(
      { client, informers, clock, random, log, metrics, questions: { bus, cluster } },
      { ...setup, schedulerName, bindConcurrency, leaderElection },
    );
    waitFor(() => informers.waitingFor());
    void scheduler.ready.then(ready);
    await Promise.all([informers.run(signal), scheduler.run(signal)]);
  },
});
