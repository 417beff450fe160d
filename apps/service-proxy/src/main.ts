import { loopbackNetwork } from '@kubernats/net';
import { connect, runApp } from '@kubernats/runtime';
import { createTracePublisher } from '@kubernats/trace';
import { serviceProxyOptions } from './options.ts';
import { createServiceProxy } from './service-proxy.ts';

await runApp({
  name: 'service-proxy',
  description: 'serves the cluster IPs and node ports of Services',
  options: serviceProxyOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    await using connection = await connect({ config, clock, random, ids, log }, 'system:kube-proxy', 'service-proxy');
    const { bus, client, informers } = connection;
    using observer = createTracePublisher({ bus, clock, ids }, { cluster: config.cluster, proxy: 'service-proxy' });
    const proxy = createServiceProxy(
      { client, informers, network: loopbackNetwork(), clock, random, log, metrics, observer },
      { nodeSelector: config.nodeSelector, exposeAddress: config.exposeAddress, healthzPort: config.healthzPort },
    );
    waitFor(() => informers.waitingFor());
    void proxy.ready.then(ready);
    await Promise.all([informers.run(signal), proxy.run(signal)]);
  },
});
