import { addressPlan, loopbackNetwork } from '@kubernats/net';
import { connect, leaderElectionOf, runApp } from '@kubernats/runtime';
import { createTracePublisher } from '@kubernats/trace';
import { createLoadBalancer } from './load-balancer.ts';
import { loadBalancerOptions } from './options.ts';
import { withdrawAll } from './withdraw.ts';

await runApp({
  name: 'load-balancer',
  description: 'gives Services of type LoadBalancer an address that works',
  options: loadBalancerOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    const identity = 'system:kubernats:load-balancer';
    await using connection = await connect({ config, clock, random, ids, log }, identity, 'load-balancer');
    const { bus, client, informers } = connection;
    if (config.withdraw) return await withdrawAll({ client, clock, random, log });
    using observer = createTracePublisher({ bus, clock, ids }, { cluster: config.cluster, proxy: 'load-balancer' });
    const loadBalancer = createLoadBalancer(
      { client, informers, network: loopbackNetwork(), clock, random, log, metrics, observer },
      {
        addressPool: config.addressPool ?? addressPlan('loopback', config.slot).loadBalancerCidr,
        exposeAddress: config.exposeAddress,
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
