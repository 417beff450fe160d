import { readFile } from 'node:fs/promises';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { loopbackNetwork } from '@kubernats/net';
import { connect, runApp } from '@kubernats/runtime';
import { openStores } from './adapters/open-stores.ts';
import { keepPodRoutes } from './adapters/pod-routes.ts';
import { readSigner } from './adapters/read-signer.ts';
import { parsePortRange } from './allocate/port-allocator.ts';
import { openAudit } from './audit/adapters/open-audit.ts';
import { openAuthentication } from './authn/adapters/open-authentication.ts';
import { createApiServer } from './create-api-server.ts';
import { openTls } from './doors/https/adapters/open-tls.ts';
import { openMetrics } from './instrumentation/adapters/open-metrics.ts';
import { apiServerOptions, limitsOf } from './options.ts';
import { API_SERVER_USER } from './system-users.ts';
import { parseYamlBeside } from './yaml/adapters/parse-beside.ts';

await runApp({
  name: 'apiserver',
  description: 'serves the Kubernetes API over HTTPS and NATS',
  options: apiServerOptions,
  stopWithinMs: ({ shutdownDelayDuration }) => 10_000 + shutdownDelayDuration,
  async start({ config, clock, random, ids, log, metrics, signal, ready, waitFor }) {
    const { listenHost: host, listenPort: port, advertiseAddress = host, cluster, serviceCidr } = config;
    await using audit = await openAudit(config, { clock, log });
    await using connection = await connect({ config, clock, random, ids, log, signal, waitFor }, API_SERVER_IDENTITY, 'kube-apiserver');
    waitFor(() => ['the state that NATS keeps']);
    await using stores = await openStores(config, { clock, ids });
    const { eventTtl: eventTtlMs, disableAdmissionPlugins: disabledAdmission, portConflicts, kubernetesServiceNodePort } = config;
    const nodePorts = parsePortRange(config.serviceNodePortRange);
    const serviceAccountKeyPem = await readFile(config.serviceAccountKey ?? config.tlsKey, 'utf8');
    const natsSigner = await readSigner(config.natsSigner);
    await using server = createApiServer(
      {
        ...{ bus: connection.bus, stores, clock, ids, random, log, metrics, openMetrics, parseYaml: parseYamlBeside() },
        ...(audit ? { auditor: audit.auditor } : {}),
      },
      {
        ...{ cluster, serviceCidr, nodePorts, eventTtlMs, disabledAdmission, serviceAccountKeyPem, natsSigner, kubernetesServiceNodePort },
        ...limitsOf(config),
        ...(await openAuthentication(config, log)),
        switches: { portConflicts },
      },
    );
    await server.listenHttps({ host, port, advertiseAddress, network: loopbackNetwork(), ...(await openTls(config)) });
    ready();
    await keepPodRoutes(config.network, { transport: server.transportFor(API_SERVER_USER), clock, random, log }, signal);
  },
});
