import { existsSync, readFileSync } from 'node:fs';
import { loopbackNetwork } from '@kubernats/net';
import { connect, runApp } from '@kubernats/runtime';
import { clusterDnsConfig } from './dns/config.ts';
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
    await using connection = await connect({ config, clock, random, ids, log }, 'system:kube-proxy', 'service-proxy');
    const { client, informers } = connection;
    const proxy = createServiceProxy(
      { client, informers, network: loopbackNetwork(), clock, random, log, metrics },
      { nodeSelector: config.nodeSelector, dns: clusterDnsConfig({ ...config, resolvConf: textIfThere(config.resolvConf) }) },
    );
    waitFor(() => informers.waitingFor());
    void proxy.ready.then(ready);
    await Promise.all([informers.run(signal), proxy.run(signal)]);
  },
});
