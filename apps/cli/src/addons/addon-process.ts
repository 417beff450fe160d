import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { ClusterPaths } from '../state/paths.ts';
import type { ChildSpec } from '../supervisor/child.ts';
import { NODE_FLAGS } from '../supervisor/components.ts';
import { ADDONS, type AddonName } from './addons.ts';

/** What of a cluster its add-ons have to know. */
export interface AddonSurroundings {
  slot: number;
  /** Where other machines reach the cluster; undefined: it is on loopback addresses. */
  address: string | undefined;
  natsUrl: string;
  logLevel: string;
  /** Where its ports open for the outside as well, if anywhere. */
  exposeAddress: string | undefined;
  /** Where it serves its metrics, on 127.0.0.1, if anywhere. */
  metricsPort: number | undefined;
}

/** How to run an add-on. Throws a Failure when it is not built. */
export function addonSpec(
  paths: ClusterPaths,
  { slot, address, natsUrl, logLevel, exposeAddress, metricsPort }: AddonSurroundings,
  name: AddonName,
): ChildSpec {
  const program = join(process.env.KUBERNATS_ROOT ?? process.cwd(), 'apps', name, 'dist/main.js');
  if (!existsSync(program)) throw new Failure(`not built: ${name}. Run npm start, which builds what is missing.`);
  return {
    name,
    command: process.execPath,
    args: [
      ...[...NODE_FLAGS, program],
      ...['--cluster', paths.cluster, '--nats-url', natsUrl, '--nats-creds', paths.creds(ADDONS[name].identity)],
      // The only replica: without a Lease to renew it goes on serving while NATS is away.
      ...['--no-leader-elect', '--slot', String(slot), '--log-level', logLevel],
      ...(address === undefined ? [] : ['--network', 'anyip', '--nats-ca', join(paths.pki, 'ca.crt')]),
      ...(exposeAddress === undefined ? [] : ['--expose-address', exposeAddress]),
      ...(metricsPort === undefined ? [] : ['--health-port', String(metricsPort)]),
    ],
    announcesReady: true,
    ...(metricsPort === undefined ? {} : { metricsPort }),
  };
}
