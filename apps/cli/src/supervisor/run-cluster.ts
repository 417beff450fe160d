import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { namesOfGroups } from '@kubernats/kubelet-sim/shape';
import { addressPlan } from '@kubernats/net';
import type { UpOptions } from '../commands/up.ts';
import { Failure } from '../failure.ts';
import { groupsOf, nodeSettings } from '../nodes/node-settings.ts';
import { keepStages } from '../nodes/stages.ts';
import { readUserFile } from '../nodes/user-file.ts';
import { imagesFolder } from '../state/images-folder.ts';
import { writeJsonFile } from '../state/json-file.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { ensurePki } from '../state/pki-files.ts';
import { readSettings, type Settings, writeSettings } from '../state/settings.ts';
import { claimSlot, releaseSlot } from '../state/slot.ts';
import type { ChildSpec } from './child.ts';
import { componentSpecs, singleProcessSpec } from './components.ts';
import { dnsAddress } from './dns-address.ts';
import { prepareNats } from './nats.ts';
import { Output } from './output.ts';
import { requireFreePort } from './port.ts';
import { Supervisor } from './supervisor.ts';

const HOST = '127.0.0.1';
/** Far beyond any start that goes well: then a person wants to know what is missing. */
const START_PATIENCE_MS = 60_000;
/** Every connection, Pod and Service listener is an open file. */
const WANTED_OPEN_FILES = 65_536;

/** Runs a cluster until this process is told to end. */
export async function runCluster(paths: ClusterPaths, options: UpOptions, { detached }: { detached: boolean }): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  mkdirSync(paths.folder, { recursive: true });
  const output = new Output(paths, detached ? undefined : process.stdout);
  let slot: number | undefined;
  try {
    slot = claimSlot(paths);
    const { supervisor, summary } = await prepare(paths, options, slot, output);
    try {
      await whenReady(supervisor, interrupted);
      if (detached) process.send?.({ type: 'up', text: summary });
      else process.stdout.write(`\n${summary}\n\n`);
      await interrupted;
    } finally {
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
): Promise<{ supervisor: Supervisor; summary: string }> {
  const settings = settingsOf(paths, options);
  const groups = groupsOf(settings);
  const nodes = namesOfGroups(groups, paths.nodesFile).flat();
  const stages = keepStages(options.stages, paths.stagesFile);
  const plan = addressPlan('loopback', slot);
  const port = settings.port ?? plan.apiServer.port;
  await requireFreePort(HOST, port, '--port');
  const server = `https://${HOST}:${port}`;
  const program = options.natsServer ?? process.env.KUBERNATS_NATS_SERVER ?? 'nats-server';
  const [pki, nats, clusterDns] = await Promise.all([
    ensurePki(paths, serverNames(plan.kubernetesServiceIp), server),
    prepareNats(paths, settings, { program }),
    dnsAddress(plan.dnsServiceIp),
  ]);
  writeSettings(paths, { ...settings, natsPort: nats.port });
  writeJsonFile(paths.nodesFile, { nodes: groups });
  warnOfFewOpenFiles(output);
  const shape = {
    cluster: paths.cluster,
    slot,
    port,
    nodes,
    natsUrl: nats.url,
    clusterDns,
    pki,
    logLevel: options.logLevel,
    stages,
    images: settings.images,
  };
  const root = process.env.KUBERNATS_ROOT ?? process.cwd();
  const components = options.singleProcess ? [singleProcessSpec(paths, shape, root)] : componentSpecs(paths, shape, root);
  requireBuilt(components);
  const supervisor = new Supervisor(
    paths,
    { slot, nodes, server, natsUrl: nats.url, dns: clusterDns },
    { nats: nats.spec, components },
    output,
  );
  const summary =
    `cluster ${paths.cluster} is up: ${nodes.length} node${nodes.length === 1 ? '' : 's'}, API server ${server}\n` +
    `  export KUBECONFIG=${paths.kubeconfig}\n  kubectl get nodes`;
  return { supervisor, summary };
}

function requireBuilt(components: ChildSpec[]): void {
  const missing = components
    .filter((spec) => !spec.args.some((arg) => arg.endsWith('main.js') && existsSync(arg)))
    .map((spec) => spec.name);
  if (missing.length > 0) throw new Failure(`not built: ${missing.join(', ')}. Run npm start, which builds what is missing.`);
}

function settingsOf(paths: ClusterPaths, options: UpOptions): Settings {
  const before = readSettings(paths);
  return {
    ...before,
    ...nodeSettings(before, options, readUserFile),
    durability: options.durability ?? before.durability,
    images: imagesFolder(options.images, before.images),
    ...(options.port === undefined ? {} : { port: options.port }),
  };
}

const serverNames = (serviceIp: string): { names: string[]; addresses: string[] } => ({
  names: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
  addresses: [HOST, serviceIp],
});

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
  await Promise.race([supervisor.start(), interrupted, tooLong]);
  clearTimeout(timer);
}

function warnOfFewOpenFiles(output: Output): void {
  const limit = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? WANTED_OPEN_FILES);
  if (limit >= WANTED_OPEN_FILES) return;
  output.line(
    'supervisor',
    `a process may have only ${limit} open files here; large clusters need more: ulimit -Hn ${WANTED_OPEN_FILES} (or LimitNOFILE, or /etc/security/limits.conf)`,
  );
}
