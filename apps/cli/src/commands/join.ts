import { Failure } from '../failure.ts';
import { askToJoin, tokenOf } from '../join/ask-to-join.ts';
import { type Membership, MembershipFolder, standingOf } from '../join/membership.ts';
import { type NatsAddress, natsAddress, refuseLoopback, secured } from '../join/nats-address.ts';
import { NodeProcesses } from '../join/node-processes.ts';
import { type NodeMachine, nodeSpecs } from '../join/node-specs.ts';
import { requireRoutes } from '../state/shared-address.ts';
import { dnsPortOf } from '../supervisor/dns-address.ts';

export interface JoinOptions extends Pick<NodeMachine, 'root' | 'logLevel'> {
  name: string;
  part?: string;
  token?: string;
  nodeName?: string;
}

/** Makes this machine a node until it is interrupted: by a part of the keys that `init` has made, by a token, or as the member that it is already. */
export async function join(natsUrl: string | undefined, options: JoinOptions): Promise<void> {
  const { part, token, nodeName } = options;
  if (part !== undefined) {
    if (token !== undefined || nodeName !== undefined)
      throw new Failure('--part is for a machine that has its keys: leave --token and --node-name out', 2);
    if (natsUrl === undefined) throw new Failure('join --part needs the URL of the NATS server', 2);
    return withPart(natsUrl, part, options);
  }
  return asMember(natsUrl === undefined ? undefined : natsAddress(natsUrl), options);
}

const programs = (): string => process.env.KUBERNATS_ROOT ?? process.cwd();

/** `natsUrls`: several servers of one NATS cluster are separated by commas. */
async function withPart(natsUrls: string, part: string, { name: cluster, root, logLevel }: JoinOptions): Promise<void> {
  const natsUrl = natsUrls
    .split(',')
    .map((url) => natsAddress(url).url)
    .join(',');
  const processes = new NodeProcesses(nodeSpecs({ cluster, natsUrl, part, root, programs: programs(), logLevel }));
  await processes.run();
}

async function asMember(address: NatsAddress | undefined, options: JoinOptions): Promise<void> {
  const { root, logLevel } = options;
  if (address) await refuseLoopback(address);
  const folder = new MembershipFolder(root);
  const { cluster, natsUrl, nodeName, pool } = await membershipOf(folder, address, options);
  const specs = nodeSpecs({
    ...{ cluster, natsUrl, root, logLevel, programs: programs(), part: folder.path },
    ...{ member: { nodeName, pool, ca: folder.ca }, dnsPort: await dnsPortOf('0.0.0.0') },
  });
  const processes = new NodeProcesses(specs);
  processes.onReady = () => process.stdout.write(`this machine is ${nodeName} of cluster ${cluster} (${natsUrl})\n`);
  // A kubelet whose Node was deleted ends, and would end again and again.
  processes.onEnded = async () => {
    if ((await standingOf(folder, { cluster, natsUrl, nodeName, pool })) === 'removed') throw removed(nodeName, cluster);
  };
  await processes.run();
}

/** Who this machine is: as it has joined before, or as it joins now. */
async function membershipOf(folder: MembershipFolder, address: NatsAddress | undefined, options: JoinOptions): Promise<Membership> {
  const token = options.token === undefined ? undefined : tokenOf(options.token);
  const known = folder.read();
  requireRoutes('join');
  if (known) {
    const here = address ? { ...known, natsUrl: secured(address) } : known;
    const isMember = !(token && folder.isOfAnother(token)) && (await standingOf(folder, here)) !== 'removed';
    if (isMember && options.nodeName !== undefined && options.nodeName !== known.nodeName) {
      throw new Failure(`this machine is ${known.nodeName} already (${folder.path}): a machine is one node`, 2);
    }
    if (isMember) return here.natsUrl === known.natsUrl ? known : folder.moveTo(here);
    if (token === undefined) throw removed(known.nodeName, known.cluster);
  }
  if (token === undefined || address === undefined) {
    throw new Failure(
      `this machine has not joined a cluster: ${folder.path} holds no credentials.\n` +
        "The command for it is what this prints on the cluster's machine: ./kubernats token create --print-join-command",
      2,
    );
  }
  return askToJoin(folder, address, token, options.nodeName);
}

const removed = (nodeName: string, cluster: string): Failure =>
  new Failure(
    `${nodeName} was deleted from cluster ${cluster}, or its credentials were ended: this machine is no node any more.\n` +
      "To join again, run what this prints on the cluster's machine: ./kubernats token create --print-join-command",
  );
