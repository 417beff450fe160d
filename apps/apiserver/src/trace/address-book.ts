import { isTerminal, type Node, type Pod } from '@kubernats/api';
import type { Stored } from '../cache/stored.ts';
import { type Core, placeOfResource } from '../core.ts';

/** Who has an address. */
export interface Owner {
  /** `namespace/name`. */
  pod?: string;
  /** The Pod's node, or the node whose own address it is. */
  node?: string;
}

/** Whose address an address is. Costs something while somebody holds it only. */
export class AddressBook {
  readonly #pods = new Map<string, Owner>();
  readonly #nodes = new Map<string, string>();
  readonly #stop: (() => void)[];

  constructor(core: Core) {
    const follow = (plural: string, note: (now: Stored | undefined, before: Stored | undefined) => void): (() => void) =>
      placeOfResource(core, '', 'v1', plural).cache.observe(note);
    this.#stop = [follow('pods', (now, before) => this.#pod(now, before)), follow('nodes', (now, before) => this.#node(now, before))];
  }

  ownerOf(host: string): Owner {
    const node = this.#nodes.get(host);
    return this.#pods.get(host) ?? (node === undefined ? {} : { node });
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #pod(now: Stored | undefined, before: Stored | undefined): void {
    const old = before && podIpOf(before.object);
    // The address may have a new owner already.
    if (old !== undefined && this.#pods.get(old)?.pod === before?.id) this.#pods.delete(old);
    const ip = now && podIpOf(now.object);
    if (now && ip !== undefined) this.#pods.set(ip, { pod: now.id, node: (now.object as Pod).spec?.nodeName });
  }

  #node(now: Stored | undefined, before: Stored | undefined): void {
    for (const address of before ? addressesOf(before.object) : []) this.#nodes.delete(address);
    for (const address of now ? addressesOf(now.object) : []) this.#nodes.set(address, now?.name ?? '');
  }
}

/** A Pod's own address: on the host's network it has none, and one that has ended has given it back. */
function podIpOf(pod: Pod): string | undefined {
  return pod.spec?.hostNetwork || isTerminal(pod) ? undefined : pod.status?.podIP;
}

const addressesOf = ({ status }: Node): string[] =>
  (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);

const shared = new WeakMap<Core, { book: AddressBook; holders: number }>();

/** The one book of a server, for as long as somebody holds it: call `release` once. */
export function holdAddressBook(core: Core): { book: AddressBook; release(): void } {
  const entry = shared.get(core) ?? { book: new AddressBook(core), holders: 0 };
  shared.set(core, entry);
  entry.holders++;
  return {
    book: entry.book,
    release() {
      if (--entry.holders > 0) return;
      shared.delete(core);
      entry.book.close();
    },
  };
}
