import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectNats, nodeSubject } from '@kubernats/bus';
import { realClock, realIds } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { Failure } from '../failure.ts';
import { clusterPaths } from '../state/paths.ts';
import { runningCluster } from '../state/supervisor-file.ts';
import { CLI_IDENTITY } from '../supervisor/components.ts';

const PATIENCE_MS = 10_000;

/** Cuts a node's power, or gives it back. Asks the node itself, over NATS; the API server then sees what it would see of a real one. */
export async function node(action: 'stop' | 'start', name: string, options: { name: string }): Promise<void> {
  const paths = clusterPaths(options.name);
  const state = runningCluster(paths);
  if (!state) throw new Failure(`cluster ${options.name} is not running. Start it with: ./kubernats up`);
  // Nodes that have joined are known to the cluster alone.
  if (state.address === undefined && !state.nodes.includes(name))
    throw new Failure(`cluster ${options.name} has no node ${name}. It has: ${state.nodes.join(', ')}`);
  await using bus = await connectNats({
    url: state.natsUrl,
    creds: await readFile(paths.creds(CLI_IDENTITY)),
    ...(state.address === undefined ? {} : { ca: await readFile(join(paths.pki, 'ca.crt'), 'utf8') }),
    cluster: options.name,
    identity: CLI_IDENTITY,
    clock: realClock,
    ids: realIds,
  });
  try {
    await bus.request(nodeSubject(options.name, name, 'control'), Buffer.from(JSON.stringify({ action })), { timeoutMs: PATIENCE_MS });
  } catch (error) {
    if (error instanceof StatusError)
      throw new Failure(`${name} could not be asked to ${action}: ${error.message}. See ./kubernats status`);
    throw error;
  }
  process.stdout.write(`${name} ${action === 'stop' ? 'stopped' : 'started'}\n`);
}
