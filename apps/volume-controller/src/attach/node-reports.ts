import { type AttachedVolume, type Node, Nodes } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { isConflict } from '@kubernats/errors';
import { getIfThere } from '../live.ts';

/** Changes of a node are gathered for so long: every write of a Node is told to all who follow Nodes. */
const GATHER_MS = 25;

/** `refused`: there is no such node, or it may have mounted what is to be taken off. */
type Outcome = 'written' | 'was so' | 'refused';

interface Change {
  volume: string;
  attached: boolean;
  /** Take it off, though the node may have it mounted. */
  force: boolean;
  settle(outcome: Outcome): void;
  fail(error: unknown): void;
}

/**
 * Tells Nodes what they have attached (`status.volumesAttached`). The changes of a node that come together are written together. A
 * volume is taken off only in a write that compares and sets a Node which does not use it: a kubelet says that it uses a volume before it looks
 * whether it has it, so either the kubelet's word comes first and is seen here, or it finds the volume gone.
 */
export class NodeReports {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Change[]>();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** The node may mount it. Answers whether that is news. */
  async report(node: string, volume: string): Promise<boolean> {
    return (await this.#ask(node, volume, true, false)) === 'written';
  }

  /** The node may mount it no longer. False: it may have it mounted, and `force` was not given. */
  async withdraw(node: string, volume: string, force: boolean): Promise<boolean> {
    return (await this.#ask(node, volume, false, force)) !== 'refused';
  }

  #ask(node: string, volume: string, attached: boolean, force: boolean): Promise<Outcome> {
    return new Promise((settle, fail) => {
      const change = { volume, attached, force, settle, fail };
      const waiting = this.#waiting.get(node);
      if (waiting) waiting.push(change);
      else {
        this.#waiting.set(node, [change]);
        void this.#write(node);
      }
    });
  }

  async #write(name: string): Promise<void> {
    for (;;) {
      await this.#clock.sleep(GATHER_MS);
      const changes = this.#waiting.get(name)?.splice(0) ?? [];
      if (changes.length === 0) break;
      try {
        const outcomes = await this.#apply(name, changes);
        changes.forEach((change, i) => change.settle(outcomes[i] ?? 'refused'));
      } catch (error) {
        for (const change of changes) change.fail(error);
      }
    }
    this.#waiting.delete(name);
  }

  async #apply(name: string, changes: readonly Change[]): Promise<Outcome[]> {
    for (;;) {
      const node = await getIfThere(this.#client.kind(Nodes), name);
      if (!node) return changes.map(({ attached }) => (attached ? 'refused' : 'was so'));
      const listed = new Map((node.status?.volumesAttached ?? []).map((each) => [each.name, each]));
      const outcomes = changes.map((change) => list(change, listed, node));
      if (!outcomes.includes('written')) return outcomes;
      try {
        const volumesAttached = listed.size > 0 ? [...listed.values()] : null;
        const patch = { metadata: { resourceVersion: node.metadata?.resourceVersion }, status: { volumesAttached } };
        await this.#client.kind(Nodes).patch(name, undefined, 'merge', patch, { subresource: 'status' });
        return outcomes;
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
  }
}

/** Makes one change in the list of a Node. */
function list({ volume, attached, force }: Change, listed: Map<string, AttachedVolume>, { status }: Node): Outcome {
  if (!attached && !force && (status?.volumesInUse ?? []).includes(volume)) return 'refused';
  if (attached === listed.has(volume)) return 'was so';
  if (attached) listed.set(volume, { name: volume, devicePath: '' });
  else listed.delete(volume);
  return 'written';
}
