import type { Bus } from '@kubernats/bus';
import { nodeSubject } from '@kubernats/bus';
import { StatusError } from '@kubernats/errors';
import { BackendError, type NodeDisk, type NodeDiskAnswer, type NodeDiskQuestion } from '@kubernats/volumes';

/** How long a node may take to make or remove a folder. */
const TIMEOUT_MS = 10_000;

/** A node did not say whether it did what it was asked. */
export class NodeSilentError extends BackendError {}

/** What nodes have of volumes on their own disks, asked over the bus. */
export class NodeDisks {
  readonly #bus: Bus;
  readonly #cluster: string;
  readonly #isGone: (node: string) => Promise<boolean>;

  /** `isGone` says whether a node that does not answer left the cluster, its disk with it. */
  constructor(bus: Bus, cluster: string, isGone: (node: string) => Promise<boolean>) {
    this.#bus = bus;
    this.#cluster = cluster;
    this.#isGone = isGone;
  }

  /** Its calls throw `NodeSilentError` while the node does not answer, and `BackendError` with its reason when it refuses. */
  of(node: string): NodeDisk {
    return {
      make: async (handle) => this.#ask(node, { action: 'make', handle }),
      remove: async (handle) => {
        try {
          await this.#ask(node, { action: 'remove', handle });
        } catch (error) {
          if (!(error instanceof NodeSilentError && (await this.#isGone(node)))) throw error;
        }
      },
    };
  }

  async #ask(node: string, question: NodeDiskQuestion): Promise<string> {
    const data = new TextEncoder().encode(JSON.stringify(question));
    let answer: NodeDiskAnswer;
    try {
      const reply = await this.#bus.request(nodeSubject(this.#cluster, node, 'storage'), data, { timeoutMs: TIMEOUT_MS });
      answer = JSON.parse(new TextDecoder().decode(reply)) as NodeDiskAnswer;
    } catch (error) {
      if (error instanceof StatusError) throw new NodeSilentError(`node ${JSON.stringify(node)} does not answer: ${error.message}`);
      throw error;
    }
    if ('error' in answer) throw new BackendError(answer.error);
    return answer.path;
  }
}
