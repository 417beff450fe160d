import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { namesOfGroups } from '@kubernats/kubelet-sim/shape';
import { addonSpec } from '../addons/addon-process.ts';
import { ADDON_NAMES, ADDONS, type AddonName, withAddon } from '../addons/addons.ts';
import { ensureStorageClasses } from '../cloud/storage-classes.ts';
import type { UpOptions } from '../commands/up.ts';
import { Failure } from '../failure.ts';
import { claimLayout } from '../init/layout.ts';
import { groupsOf, nodeSettings } from '../nodes/node-settings.ts';
import { keepStages } from '../nodes/stages.ts';
import { readUserFile } from '../nodes/user-file.ts';
import { keepSchedulerConfig } from '../scheduling/scheduler-config.ts';
import { lastServerGone } from '../snapshot/last-server.ts';
import { auditFiles } from '../state/audit-files.ts';
import { exposeAddress } from '../state/expose-address.ts';
import { writeJsonFile } from '../state/json-file.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { nameFlag } from '../state/paths.ts';
import { ensurePki, serverNames, writeKubeconfig } from '../state/pki-files.ts';
import { readSettings, type Settings, writeSettings } from '../state/settings.ts';
import { livedAt, requireRoutes, sharedAddress } from '../state/shared-address.ts';
import { claimSlot, releaseSlot } from '../state/slot.ts';
import { tokenFile } from '../state/token-file.ts';
import { userFolder } from '../state/user-folder.ts';
import { readdressUsers } from '../users/user-files.ts';
import type { ChildSpec } from './child.ts';
import { componentSpecs, singleProcessSpec } from './components.ts';
import { guardDisk } from './disk-guard.ts';
import { dnsAddress, dnsPortOf } from './dns-address.ts';
import { prepareNats } from './nats.ts';
import { Output } from './output.ts';
import { portOrFree, requireFreePort } from './port.ts';
import { siteOf } from './site.ts';
import { Supervisor } from './supervisor.ts';

const HOST = '127.0.0.1';
/** kube-proxy's own; the next clusters have the next ones. */
const METRICS_PORT = 10_249;
/** Far beyond any start that goes well: then a person wants to know what is missing. */
const START_PATIENCE_MS = 60_000;
/** Every connection, Pod and Service listener is an open file. */
const WANTED_OPEN_FILES = 65_536;

/** Runs a cluster until this process is told to end. */
export async function runCluster(paths: ClusterPaths, options: UpOptions, { detached }: { detached: boolean }): Promise<void> {
  let isInterrupted = false;
  const interrupted = new Promise<void>((resolve) => {
    const interrupt = (): void => {
      isInterrupted = true;
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
  });
  mkdirSync(paths.folder, { recursive: true });
  const output = new Output(paths, detached ? undefined : process.stdout);
  let slot: number | undefined;
  try {
    claimLayout(paths, 'up');
    slot = claimSlot(paths);
    await lastServerGone(paths);
    const { supervisor, server, summary, endGuard } = await prepare(paths, options, slot, output);
    try {
      readdressUsers(paths, server);
      await Promise.all([whenReady(supervisor, interrupted), writeKubeconfig(paths, server)]);
      if (options.cloud && !isInterrupted) await ensureStorageClasses(paths.kubeconfig);
      if (detached) process.send?.({ type: 'up', text: summary });
      else process.stdout.write(`\n${summary}\n\n`);
      await interrupted;
    } finally {
      endGuard();
      await supervisor.stop();
    }
  } catch (error) {
    if (!detached || !process.connected) throw error;
    const { message: text, exitCode } = error instanceof Failure ? error : new Failure(String((error as Error)?.stack ?? error));
    process.send?.({ type: 'failed', text, exitCode });
    process.exitCode = 1;
  } finally {
    await output.close();
    if (slot !== undefined) releaseSlot(slot);
    if (detached && process.connected) process.disconnect();
  }
}

async function prepare(
  paths: ClusterPaths,
  options: UpOptions,
  slot: number,
  output: Output,
): Promise<{ supervisor: Supervisor; server: string; summary: string; endGuard: () => void }> {
  const settings = await settingsOf(paths, options);
  const groups = groupsOf(settings);
  const nodes = namesOfGroups(groups, paths.nodesFile).flat();
  const stages = await keepStages(options.stages, paths.stagesFile);
  const schedulerConfig = await keepSchedulerConfig(options.schedulerConfig, paths.schedulerFile, settings.schedulerPlugins, (warning) =>
    output.line('supervisor', warning),
  );
  const site = siteOf(settings.address, slot);
  const { plan, host } = site;
  const port = settings.port ?? plan.apiServer.port;
  await requireFreePort(host, port, '--port');
  const server = `https://${host}:${port}`;
  const program = options.natsServer ?? process.env.KUBERNATS_NATS_SERVER ?? 'nats-server';
  const pki = await ensurePki(paths, serverNames([host, plan.kubernetesServiceIp]));
  const [nats, metricsPort, clusterDns] = await Promise.all([
    prepareNats(paths, settings, { program, site, newSigner: options.newJoinKey }),
    portOrFree(HOST, METRICS_PORT + slot),
    site.isShared ? { host: plan.dnsServiceIp, port: await dnsPortOf(host) } : dnsAddress(plan.dnsServiceIp),
  ]);
  writeSettings(paths, { ...settings, natsPort: nats.port });
  writeJsonFile(paths.nodesFile, { nodes: groups });
  warnOfFewOpenFiles(output);
  const shape = {
    cluster: paths.cluster,
    slot,
    site,
    port,
    nodes,
    natsUrl: nats.url,
    metricsPort,
    clusterDns,
    pki,
    logLevel: options.logLevel,
    stages,
    images: settings.images,
    storageBackends: settings.storageBackends,
    schedulerConfig,
    schedulerPlugins: settings.schedulerPlugins,
    exposeAddress: settings.exposeAddress,
    audit: settings.audit,
    tokenAuthFile: settings.tokenAuthFile,
  };
  const root = process.env.KUBERNATS_ROOT ?? process.cwd();
  const components = options.singleProcess ? [singleProcessSpec(paths, shape, root)] : componentSpecs(paths, shape, root);
  requireBuilt(components);
  const { exposeAddress } = settings;
  const { address } = settings;
  const surroundings = { slot, address, natsUrl: nats.url, logLevel: options.logLevel, exposeAddress };
  const addonPorts = await addonMetricsPorts(slot);
  const addon = (name: AddonName) => addonSpec(paths, { ...surroundings, metricsPort: addonPorts.get(name) }, name);
  const specs = { nats: nats.spec, components, addons: settings.addons ?? [], addon };
  const supervisor = new Supervisor(
    paths,
    { slot, nodes, server, natsUrl: nats.url, dns: clusterDns, address, exposeAddress },
    specs,
    output,
  );
  followAddons(supervisor, paths, output);
  const endGuard = guardDisk(nats.storeDir, (isFull) => {
    const what = isFull ? 'is full: nothing more is written until there is space again' : 'has space again: writes go on';
    output.line('supervisor', `the disk of ${nats.storeDir} ${what}; starting nats-server anew`);
    nats.configure(!isFull);
    supervisor.restartNats();
  });
  const summary =
    `cluster ${paths.cluster} is up: ${nodes.length} node${nodes.length === 1 ? '' : 's'}, API server ${server}\n` +
    (exposeAddress === undefined ? '' : `  node ports and load balancers are open on ${exposeAddress} too\n`) +
    (address === undefined
      ? ''
      : `  another machine joins with what this prints: ./kubernats token create --print-join-command${nameFlag(paths)}\n`) +
    `  export KUBECONFIG=${paths.kubeconfig}\n  kubectl get nodes`;
  return { supervisor, server, summary, endGuard };
}

/** Chosen for those that do not run yet as well: one that is enabled later keeps the port that a scraper was told of. */
async function addonMetricsPorts(slot: number): Promise<Map<AddonName, number>> {
  const ports = ADDON_NAMES.map(async (name) => [name, await portOrFree(HOST, ADDONS[name].metricsPort + slot)] as const);
  return new Map(await Promise.all(ports));
}

/** `addon enable|disable` write the settings and send a signal: what they say then runs, and nothing else. */
function followAddons(supervisor: Supervisor, paths: ClusterPaths, output: Output): void {
  process.on('SIGUSR2', () => {
    const run = async (): Promise<void> => supervisor.runAddons(readSettings(paths).addons ?? []);
    run().catch((error: unknown) => output.line('supervisor', `add-ons: ${error instanceof Error ? error.message : String(error)}`));
  });
}

function requireBuilt(components: ChildSpec[]): void {
  const missing = components
    .filter((spec) => !spec.args.some((arg) => arg.endsWith('main.js') && existsSync(arg)))
    .map((spec) => spec.name);
  if (missing.length > 0) throw new Failure(`not built: ${missing.join(', ')}. Run npm start, which builds what is missing.`);
}

async function settingsOf(paths: ClusterPaths, options: UpOptions): Promise<Settings> {
  const before = readSettings(paths);
  const address = sharedAddress(options, livedAt(paths, before));
  if (address !== undefined) requireRoutes('--address');
  return {
    ...before,
    ...(await nodeSettings(before, options, readUserFile)),
    ...(address === undefined ? {} : { address, nodes: 1 }),
    durability: options.durability ?? before.durability,
    addons: options.loadBalancer || options.cloud ? withAddon(before.addons, 'load-balancer', true) : before.addons,
    images: userFolder('--images', options.images, before.images),
    storageBackends: userFolder('--storage-backends', options.storageBackends, before.storageBackends),
    schedulerPlugins: userFolder('--scheduler-plugins', options.schedulerPlugins, before.schedulerPlugins),
    exposeAddress: exposeAddress(options.expose, before.exposeAddress),
    audit: await auditFiles(options, before.audit, paths),
    tokenAuthFile: await tokenFile(options.tokenAuthFile, before.tokenAuthFile),
    ...(options.port === undefined ? {} : { port: options.port }),
  };
}

async function whenReady(supervisor: Supervisor, interrupted: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new Failure(
          `the cluster is not ready after ${START_PATIENCE_MS / 1000} s. Waiting for: ${supervisor.waitingFor().join(', ')}.\nSee ./kubernats logs COMPONENT.`,
        ),
      );
    }, START_PATIENCE_MS);
  });
  try {
    await Promise.race([supervisor.start(), interrupted, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

function warnOfFewOpenFiles(output: Output): void {
  const limit = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? WANTED_OPEN_FILES);
  if (limit >= WANTED_OPEN_FILES) return;
  output.line(
    'supervisor',
    `a process may have only ${limit} open files here; large clusters need more: ulimit -Hn ${WANTED_OPEN_FILES} (or LimitNOFILE, or /etc/security/limits.conf)`,
  );
}
