import { type VolumeAttachment, VolumeAttachments } from '@kubernats/api';
import type { Client, Informer } from '@kubernats/client';
import { isAlreadyExists } from '@kubernats/errors';
import { getIfThere } from '../live.ts';

/**
 * The attachments that this process made, or may have made, and that its informer does not show yet. Who decides about a volume without them would
 * give it to a second node.
 */
export class OwnAttachments {
  readonly #client: Client;
  readonly #informer: Informer<VolumeAttachment>;
  /** By volume: the attachments that were asked for. */
  readonly #asked = new Map<string, Set<string>>();
  #madeBefore: Promise<string> | undefined;

  constructor(client: Client, informer: Informer<VolumeAttachment>) {
    this.#client = client;
    this.#informer = informer;
  }

  async create(volume: string, attachment: VolumeAttachment): Promise<void> {
    const name = attachment.metadata?.name ?? '';
    const asked = this.#asked.get(volume) ?? new Set();
    this.#asked.set(volume, asked.add(name));
    try {
      await this.#client.kind(VolumeAttachments).create(attachment);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  /** Whether the informer shows all attachments of the volume by now. */
  async areShown(volume: string): Promise<boolean> {
    // What another replica made last, before this one took the lead, counts as well.
    this.#madeBefore ??= this.#newest();
    if (!this.#informer.hasSeen(await this.#madeBefore)) return false;
    const asked = this.#asked.get(volume);
    if (!asked) return true;
    for (const name of asked) {
      // The answer may have been lost, and whoever sees an attachment may have ended it meanwhile.
      const made = this.#informer.get(name) ?? (await getIfThere(this.#client.kind(VolumeAttachments), name));
      if (made && !this.#informer.get(name)) return false;
      asked.delete(name);
    }
    this.#asked.delete(volume);
    return true;
  }

  async #newest(): Promise<string> {
    const { items } = await this.#client
      .kind(VolumeAttachments)
      .list()
      .catch((error: unknown) => {
        this.#madeBefore = undefined;
        throw error;
      });
    return String(Math.max(0, ...items.map(({ metadata }) => Number(metadata?.resourceVersion ?? 0))));
  }
}
