import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Nodes } from '@kubernats/api';
import { authorityHash, connectNats, type JoinToken } from '@kubernats/bus';
import type { MachineComponent } from '@kubernats/client';
import { createClient, natsTransport } from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import { isForbidden, isNotFound } from '@kubernats/errors';
import { POOL_LABEL } from '@kubernats/kubelet-sim';
import * as z from 'zod';
import { readJsonFile, writeJsonFile } from '../state/json-file.ts';

const schema = z.object({ cluster: z.string(), natsUrl: z.string(), nodeName: z.string(), pool: z.string() });

/** Who a machine is that has joined, and of which cluster. */
export type Membership = z.infer<typeof schema>;

/** Where a machine keeps what makes it a node: `credentials/` in its folder. */
export class MembershipFolder {
  readonly path: string;

  constructor(root: string) {
    this.path = join(root, 'credentials');
  }

  get ca(): string {
    return join(this.path, 'ca.crt');
  }

  creds(component: MachineComponent): string {
    return join(this.path, `${component}.creds`);
  }

  /** Undefined: this machine has not joined. */
  read(): Membership | undefined {
    return existsSync(this.path) ? readJsonFile(join(this.path, 'machine.json'), schema) : undefined;
  }

  /** Writes all of it at once: there is no half-joined machine. */
  write(membership: Membership, files: { ca: string; creds: Record<MachineComponent, string> }): void {
    const made = new MembershipFolder(`${this.path}.new`);
    rmSync(made.path, { recursive: true, force: true });
    mkdirSync(made.path, { recursive: true, mode: 0o700 });
    chmodSync(made.path, 0o700);
    writeFileSync(made.ca, files.ca, { mode: 0o644 });
    for (const component of ['kubelet-sim', 'service-proxy'] as const)
      writeFileSync(made.creds(component), files.creds[component], { mode: 0o600 });
    writeJsonFile(join(made.path, 'machine.json'), membership);
    rmSync(this.path, { recursive: true, force: true });
    renameSync(made.path, this.path);
    rmSync(`${this.path}.new`, { recursive: true, force: true });
  }

  /** The cluster is elsewhere than the last time. */
  moveTo(membership: Membership): Membership {
    writeJsonFile(join(this.path, 'machine.json'), membership);
    return membership;
  }

  /** Whether a token is of another cluster than this machine's. */
  isOfAnother({ caHash }: JoinToken): boolean {
    return authorityHash(readFileSync(this.ca, 'utf8')) !== caHash;
  }
}

/** What the cluster says of a machine: it is its Node, it is no longer, or nothing, because it cannot be asked now. */
export type Standing = 'member' | 'removed' | 'unknown';

/** Whether a NATS server does not take the credentials: it has proved by its certificate that it is the cluster's. */
export const isRefusedLogin = (error: unknown): boolean =>
  error instanceof Error && /authori[sz]ation violation|authentication (expired|revoked)/i.test(error.message);

const ASK_MS = 5_000;

/** Asks the cluster, with the machine's own credentials, whether the Node is there still, and this machine's. */
export async function standingOf(folder: MembershipFolder, { cluster, natsUrl, nodeName, pool }: Membership): Promise<Standing> {
  const identity = `system:node:${pool}`;
  try {
    await using bus = await connectNats({
      ...{ url: natsUrl, cluster, identity, clock: realClock, ids: realIds, onceWithinMs: ASK_MS, onError: () => {} },
      ca: readFileSync(folder.ca, 'utf8'),
      creds: readFileSync(folder.creds('kubelet-sim')),
    });
    const client = createClient(natsTransport({ bus, cluster, identity, clock: realClock, random: realRandom }));
    const node = await client.kind(Nodes).get(nodeName, undefined, { signal: AbortSignal.timeout(ASK_MS) });
    return node.metadata?.labels?.[POOL_LABEL] === pool ? 'member' : 'removed';
  } catch (error) {
    return isNotFound(error) || isForbidden(error) || isRefusedLogin(error) ? 'removed' : 'unknown';
  }
}
