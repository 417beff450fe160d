import type { Node, VolumeAttachment } from '@kubernats/api';
import type { Informer } from '@kubernats/client';
import { BY_NODE } from './indexes.ts';

/** What Nodes that are gone said last of the volumes that they use; of one that went before this process came, nobody knows. */
export class LostNodes {
  readonly #lastUsed = new Map<string, ReadonlySet<string>>();

  constructor(nodes: Informer<Node>, attachments: Informer<VolumeAttachment>) {
    nodes.addHandler({
      add: ({ metadata }) => this.#lastUsed.delete(metadata?.name ?? ''),
      delete: ({ metadata, status }) => {
        const name = metadata?.name ?? '';
        if (attachments.countByIndex(BY_NODE, name) > 0) this.#lastUsed.set(name, new Set(status?.volumesInUse));
      },
    });
    attachments.addHandler({
      delete: ({ spec }) => {
        const name = spec?.nodeName ?? '';
        if (attachments.countByIndex(BY_NODE, name) === 0) this.#lastUsed.delete(name);
      },
    });
  }

  /** Whether the node may have the volume mounted. */
  mayUse(node: string, volume: string): boolean {
    return this.#lastUsed.get(node)?.has(volume) ?? true;
  }
}
