import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiServer, limitsOf, openAudit, openAuthentication, openMetrics, openTls, parseYamlBeside } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY, connectNats } from '@kubernats/bus';
import { makeDiskFiles } from '@kubernats/files';
import { KUBELET_DEFAULTS } from '@kubernats/kubelet-sim';
import { linksBeside } from '@kubernats/kubelet-sim/links';
import { nodesOfGroups, readNodeFile } from '@kubernats/kubelet-sim/shape';
import { readStages } from '@kubernats/kubelet-sim/stages';
import { addressPlan, loopbackNetwork } from '@kubernats/net';
import type { AppContext, ConfigOf } from '@kubernats/runtime';
import { VERSION } from '@kubernats/runtime/version';
import { readSetup, type SetupSources } from '@kubernats/scheduler';
import { openJetStreamStore } from '@kubernats/store';
import { COMPONENTS, startComponent } from '@kubernats/testkit/components';
import { machineBackends } from '@kubernats/volumes';
import { credsFile } from '../state/paths.ts';
import type { componentsOptions } from './options.ts';

/** Runs every component in this process, each on its own connection and with its own rights, as separate processes have them. */
export async function runComponents(context: AppContext<ConfigOf<typeof componentsOptions>>): Promise<void> {
  const { config, clock, random, ids, log, metrics, signal, ready } = context;
  const { cluster, natsUrl: url } = config;
  const credsOf = (identity: string) => readFile(join(config.credsFolder, credsFile(identity)));
  const onError = (error: unknown) => log.error({ error }, 'message bus');
  const connect = async (identity: string) => connectNats({ url, creds: await credsOf(identity), cluster, identity, clock, ids, onError });

  await using running = new AsyncDisposableStack();
  const open = async (name: 'state' | 'events' | 'leases') => {
    const creds = await credsOf(API_SERVER_IDENTITY);
    return running.use(
      await openJetStreamStore({ url, creds, cluster, identity: API_SERVER_IDENTITY, name, clock, ids, version: VERSION }),
    );
  };
  const bus = await connect(API_SERVER_IDENTITY);
  running.defer(() => bus.close());
  const stores = { state: await open('state'), events: await open('events'), leases: await open('leases') };
  const plan = addressPlan('loopback', config.slot);
  const network = loopbackNetwork();
  const audit = await openAudit(config, { clock, log });
  if (audit) running.use(audit);
  const apiServer = running.use(
    createApiServer(
      {
        bus,
        stores,
        clock,
        ids,
        random,
        log,
        metrics,
        openMetrics,
        parseYaml: parseYamlBeside(),
        ...(audit ? { auditor: audit.auditor } : {}),
      },
      {
        ...limitsOf(config),
        ...(await openAuthentication(config, log)),
        cluster,
        serviceCidr: plan.serviceCidr,
        serviceAccountKeyPem: await readFile(config.serviceAccountKey, 'utf8'),
        switches: { portConflicts: config.portConflicts },
      },
    ),
  );
  const tls = await openTls(config);
  const rootCa = tls.clientCaPem;
  const signing = { certificatePem: rootCa, privateKeyPem: await readFile(config.clusterSigningKeyFile, 'utf8') };
  await apiServer.listenHttps({
    ...{ host: config.listenHost, port: config.listenPort, advertiseAddress: config.listenHost, network },
    ...tls,
  });
  const surroundings = {
    ...{ cluster, backbone: { connect }, apiServer, rootCa, signing, clock, random, ids, log, metrics, pool: config.pool },
    network,
    clusterDns: config.clusterDns,
    resolvConf: existsSync(config.resolvConf) ? await readFile(config.resolvConf, 'utf8') : '',
    plan: { ...plan, nodePodBits: config.nodeCidrMaskSize },
    diskOf: (node: string) => makeDiskFiles(join(config.root, node)),
    links: linksBeside(config.root),
    storage: makeDiskFiles(config.storage),
    nodes: nodesOfGroups(await readNodeFile(await readFile(config.nodeConfig, 'utf8'), config.nodeConfig), plan, config.nodeConfig),
    stages: config.stages === undefined ? KUBELET_DEFAULTS.stages : await readStages(await readFile(config.stages, 'utf8'), config.stages),
    nodeShape: KUBELET_DEFAULTS,
    missingHostPaths: config.missingHostPaths,
    pruneNodes: true,
    imagesFolder: config.images,
    backends: await machineBackends({ folder: config.storageBackends, clock, log }),
    scheduling: await readSetup(await schedulingSources(config), clock, log),
    exposeAddress: config.exposeAddress,
  };
  const components = await Promise.all(COMPONENTS.map((row) => startComponent(row, surroundings)));
  running.defer(async () => {
    await Promise.all(components.map((component) => component[Symbol.asyncDispose]()));
  });
  ready();
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function schedulingSources({ schedulerConfig: file, schedulerPlugins }: ConfigOf<typeof componentsOptions>): Promise<SetupSources> {
  const configuration = file === undefined ? undefined : { content: await readFile(file, 'utf8'), file };
  return { configuration, pluginsFolder: schedulerPlugins };
}
