import { addressPlan, addressTowards, anyipNetwork, loopbackNetwork } from '@kubernats/net';
import { ipRoutes } from '@kubernats/net/pod-routes';
import { type ConfigOf, UsageError } from '@kubernats/runtime';
import { type KubeletSimConfig, type NodeConfig, shapeOf } from '../config.ts';
import { machineOf, remember } from '../node/name/owner-file.adapter.ts';
import { takeName } from '../node/name/take-name.ts';
import { nodeObject } from '../node/node-object.ts';
import type { kubeletSimOptions } from '../options.ts';
import type { Machine } from './machine.ts';
import { manyNodes } from './many-nodes.ts';
import { type OneNodeDeps, oneNode } from './one-node.ts';

type Options = Pick<ConfigOf<typeof kubeletSimOptions>, 'network' | 'nodes' | 'nodeConfig' | 'natsUrl' | 'ownerFile'>;

/** The machine that this process is on, as its options say. */
export async function openMachine(
  options: Options,
  config: KubeletSimConfig,
  deps: Omit<OneNodeDeps, 'network' | 'routes'>,
  signal: AbortSignal,
): Promise<Machine> {
  const [entry = '', ...more] = options.nodes;
  if (options.network === 'loopback') {
    if (entry === 'auto') throw new UsageError('--nodes auto: a machine takes a name by itself with --network anyip only');
    return manyNodes(loopbackNetwork(), config.nodes);
  }
  if (more.length > 0 || /^\d+$/.test(entry)) throw new UsageError('--nodes: with --network anyip the machine is one node, NAME or auto');
  const ownIp = () => addressTowards(new URL(options.natsUrl.split(',')[0] ?? '').hostname);
  const { podCidr, serviceCidr } = addressPlan('anyip');
  const parts = { ...deps, network: anyipNetwork([podCidr, serviceCidr]), routes: ipRoutes() };
  if (options.nodeConfig !== undefined) {
    const [only, ...others] = config.nodes;
    if (!only || others.length > 0) throw new UsageError('--node-config: with --network anyip the machine is one node');
    return oneNode(parts, { node: { ...only, ip: await ownIp() }, podCidr, isGiven: !config.registerNode });
  }
  const [name = '', ip = await ownIp()] = entry.split('=');
  if (name !== 'auto') return oneNode(parts, { node: { name, ip }, podCidr, isGiven: !config.registerNode });
  const machine = machineOf(options.ownerFile);
  const nodeNamed = (chosen: string) => nodeObject(config.pool, shapeOf(config), { name: chosen, ip }, []);
  const node: NodeConfig = { name: await takeName(deps, machine, nodeNamed, signal), ip };
  remember(options.ownerFile, { ...machine, lastName: node.name });
  return oneNode(parts, { node, podCidr, owner: machine.owner });
}
