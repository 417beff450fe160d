import type { Place } from '@kubernats/dataplane';
import { ipToNumber, isIp, parseCidr } from '@kubernats/net';
import { type NodeView, sameNodeView } from './node-view.ts';

const ADDRESS_BITS = 32;

/** The nodes by name, and by the addresses of what is on them. */
export class NodeTable {
  readonly #views = new Map<string, NodeView>();
  /** Prefix length → a range's first address → whose range it is. */
  readonly #ranges = new Map<number, Map<number, string>>();

  /** Adds a node, or takes what changed of it. False: nothing that matters here. */
  set(view: NodeView): boolean {
    const old = this.#views.get(view.name);
    if (old && sameNodeView(old, view)) return false;
    this.delete(view.name);
    this.#views.set(view.name, view);
    for (const { base, bits } of rangesOf(view)) {
      const ranges = this.#ranges.get(bits) ?? new Map<number, string>();
      this.#ranges.set(bits, ranges.set(base, view.name));
    }
    return true;
  }

  delete(name: string): void {
    const view = this.#views.get(name);
    this.#views.delete(name);
    for (const { base, bits } of view ? rangesOf(view) : []) {
      if (this.#ranges.get(bits)?.get(base) === name) this.#ranges.get(bits)?.delete(base);
    }
  }

  get(name: string): NodeView | undefined {
    return this.#views.get(name);
  }

  values(): Iterable<NodeView> {
    return this.#views.values();
  }

  /** The node that an address is on: the node's own, or that of one of its Pods. */
  placeOf(host: string): Place | undefined {
    if (!isIp(host)) return undefined;
    const address = ipToNumber(host);
    for (const [bits, ranges] of this.#ranges) {
      const name = ranges.get(address - (address % 2 ** (ADDRESS_BITS - bits)));
      if (name !== undefined) return { node: name, zone: this.#views.get(name)?.zone };
    }
    return undefined;
  }
}

function rangesOf({ addresses, podCidrs }: NodeView): { base: number; bits: number }[] {
  const own = addresses.filter(isIp).map((address) => ({ base: ipToNumber(address), bits: ADDRESS_BITS }));
  return [...own, ...podCidrs.filter((cidr) => isIp(cidr.split('/')[0] ?? '')).map((cidr) => parseCidr(cidr))];
}
