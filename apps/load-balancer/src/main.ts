import { connect, leaderElectionOf, runApp } from '@kubernats/runtime';
import { createTracePublisher } from '@kubernats/trace';
import { createLoadBalancer } from './load-balancer.ts';
import { openMachine } from './machine.adapter.ts';
import { loadBalancerOptions } from './options.ts';
import { withdrawAll } from './withdraw.ts';

await runApp({
  name: 'load-balancer',
  description: 'gives Services of type LoadBalancer an address that works',
  options: loadBalancerOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    const identity = 'system:kubernats:load-balancer';
    await using connection = await connect({ config, clock, random, ids, log, signal, waitFor }, identity, 'load-balancer');
    const { bus, client, informers } = connection;
    if (config.withdraw) return await withdrawAll({ client, clock, random, log });
    const machine = await openMachine(config);
    using observer = createTracePublisher({ bus, clock, ids }, { cluster: config.cluster, proxy: 'load-balancer' });
    const loadBalancer = createLoadBalancer(
      { client, informers, network: machine.network, clock, random, log, metrics, observer },
      {
        ...{ addressPool: machine.addressPool, exposeAddress: machine.exposeAddress, udpSourceHost: machine.udpSourceHost },
        health: {
          ...{ intervalMs: config.healthCheckInterval, timeoutMs: config.healthCheckTimeout },
          ...{ unhealthyAfter: config.unhealthyThreshold, healthyAfter: config.healthyThreshold },
        },
        leaderElection: leaderElectionOf(config, ids),
      },
    );
    waitFor(() => informers.waitingFor());
    void loadBalancer.ready.then(ready);
    await Promise.all([informers.run(signal), loadBalancer.run(signal)]);
  },
});
