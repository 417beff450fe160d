import { Nodes } from '@kubernats/api';
import { labelValue } from '@kubernats/apimachinery';
import { machinePermissions, type NatsSigner } from '@kubernats/bus';
import type { Client, JoinAnswer, JoinRequest, MachineComponent } from '@kubernats/client';
import type { Clock, Ids } from '@kubernats/clock';
import { badRequest, isAlreadyExists, StatusError } from '@kubernats/errors';
import { MACHINE_ID_LENGTH, MACHINE_NODE_MAX, machinePool } from '../authz/machine.ts';
import { POOL_LABEL } from '../authz/node-authorizer.ts';
import { takeUse } from './take-use.ts';

export interface JoinDeps {
  /** This server's own. */
  client: Client;
  clock: Clock;
  ids: Ids;
  cluster: string;
  signer: NatsSigner;
}

const PROXY_IDENTITY = 'system:kube-proxy';

/**
 * Takes a machine in: makes use of its token, makes its Node, and signs credentials for its key that are good for that Node alone. They last as long
 * as the Node: a new one of the same name is another machine's. Throws a StatusError that says why not.
 */
export async function joinMachine(
  deps: JoinDeps,
  token: { id: string; secret: string },
  { publicKey, nodeName }: JoinRequest,
): Promise<JoinAnswer> {
  const { isUserKey } = await import('@kubernats/bus/authority');
  if (!isUserKey(publicKey)) throw badRequest("publicKey: must be a NATS user's public key");
  if (nodeName !== undefined) checkName(nodeName);
  const use = await takeUse(deps, token);
  try {
    const { name, pool } = await makeNode(deps, nodeName);
    return { nodeName: name, pool, jwts: await sign(deps, publicKey, name, pool) };
  } catch (error) {
    await use.giveBack();
    throw error;
  }
}

function checkName(name: string): void {
  if (name.length > MACHINE_NODE_MAX) throw badRequest(`a node's name is at most ${MACHINE_NODE_MAX} characters long where the node joins`);
  const [problem] = labelValue(name);
  if (problem !== undefined || name === '') throw badRequest(`the node's name ${JSON.stringify(name)} ${problem ?? 'is empty'}`);
}

/** Makes the Node of the name, or of the lowest that is free: creation is what two that ask at once cannot both win. */
async function makeNode({ client, ids }: JoinDeps, wanted: string | undefined): Promise<{ name: string; pool: string }> {
  const nodes = client.kind(Nodes);
  const taken = wanted === undefined ? new Set((await nodes.list()).items.map(({ metadata }) => metadata?.name)) : new Set();
  for (let k = 1; ; k++) {
    const name = wanted ?? `node${k}`;
    if (taken.has(name)) continue;
    const pool = machinePool(ids.suffix(MACHINE_ID_LENGTH), name);
    try {
      await nodes.create({ metadata: { name, labels: { [POOL_LABEL]: pool } } });
      return { name, pool };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      if (wanted === undefined) continue;
      throw new StatusError('AlreadyExists', `a Node with the name ${JSON.stringify(name)} is in the cluster already`);
    }
  }
}

async function sign(
  { cluster, signer }: JoinDeps,
  publicKey: string,
  nodeName: string,
  pool: string,
): Promise<Record<MachineComponent, string>> {
  const { signUser } = await import('@kubernats/bus/authority');
  const user = (identity: string, nodes: string[]) =>
    signUser(signer, { identity, publicKey, permissions: machinePermissions(cluster, identity, nodes) });
  const [kubelet, proxy] = await Promise.all([user(`system:node:${pool}`, [nodeName]), user(PROXY_IDENTITY, [])]);
  return { 'kubelet-sim': kubelet, 'service-proxy': proxy };
}
