import { existsSync, readFileSync } from 'node:fs';
import { connect, runApp } from '@kubernats/runtime';
import { createTracePublisher } from '@kubernats/trace';
import { clusterDnsConfig } from './dns/config.ts';
import { openMachine } from './machine/open-machine.adapter.ts';
import { serviceProxyOptions } from './options.ts';
import { createServiceProxy } from './service-proxy.ts';

/** A machine without the file has no name servers. */
function textIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

await runApp({
  name: 'service-proxy',
  description: 'serves the cluster IPs and node ports of Services',
  options: serviceProxyOptions,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    await using connection = await connect({ config, clock, random, ids, log, signal, waitFor }, 'system:kube-proxy', 'service-proxy');
    const { bus, client, informers } = connection;
    const machine = await openMachine(config);
    using observer = createTracePublisher({ bus, clock, ids }, { cluster: config.cluster, proxy: 'service-proxy' });
    const proxy = createServiceProxy(
      { client, informers, network: machine.network, clock, random, log, metrics, observer },
      {
        ...{ nodeSelector: config.nodeSelector, healthzPort: config.healthzPort },
        ...{ exposeAddress: machine.exposeAddress, machine: machine.ofProxy },
        dns: clusterDnsConfig({ ...config, resolvConf: textIfThere(config.resolvConf) }),
      },
    );
    const podRoutes = machine.podRoutes({ informers, clock, random, log });
    waitFor(() => informers.waitingFor());
    void Promise.all([proxy.ready, podRoutes.ready]).then(ready);
    await Promise.all([informers.run(signal), proxy.run(signal), podRoutes.run(signal)]);
  },
});
