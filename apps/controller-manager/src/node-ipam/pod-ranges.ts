import { formatCidr, parseCidr, subnet, subnetCount } from '@kubernats/net';

/** Parts of the cluster's range of Pod addresses, each held by one Node. The lowest free part is given first. */
export class PodRanges {
  readonly #range: string;
  readonly #bits: number;
  readonly #count: number;
  readonly #holders = new Map<number, string>();
  readonly #held = new Map<string, number>();
  /** Everything below is held. */
  #lowest = 0;

  /** `bits`: the prefix length of one part. */
  constructor(clusterCidr: string, bits: number) {
    this.#range = clusterCidr;
    this.#bits = bits;
    this.#count = subnetCount(clusterCidr, bits);
  }

  /** A part for the Node: the one that it holds already, or else the lowest free one. Undefined: there is none left. */
  take(node: string): string | undefined {
    const index = this.#held.get(node) ?? this.#free();
    if (index === undefined) return undefined;
    this.#hold(node, index);
    return subnet(this.#range, this.#bits, index);
  }

  /** Notes what a Node already has. Ranges that are none of the parts are not ours to give and of no concern. */
  occupy(node: string, cidr: string): void {
    const index = this.#indexOf(cidr);
    if (index === undefined || this.#holders.get(index) === node) return;
    this.release(node);
    // Two Nodes that claim one part: the first keeps it here, and what the second says cannot be changed.
    if (!this.#holders.has(index)) this.#hold(node, index);
  }

  release(node: string): void {
    const index = this.#held.get(node);
    if (index === undefined) return;
    this.#held.delete(node);
    this.#holders.delete(index);
    this.#lowest = Math.min(this.#lowest, index);
  }

  #hold(node: string, index: number): void {
    this.#held.set(node, index);
    this.#holders.set(index, node);
  }

  #free(): number | undefined {
    while (this.#holders.has(this.#lowest)) this.#lowest++;
    return this.#lowest < this.#count ? this.#lowest : undefined;
  }

  #indexOf(cidr: string): number | undefined {
    try {
      const part = parseCidr(cidr);
      if (part.bits !== this.#bits) return undefined;
      const index = (part.base - parseCidr(this.#range).base) / 2 ** (32 - this.#bits);
      return Number.isInteger(index) && index >= 0 && index < this.#count && formatCidr(part) === cidr ? index : undefined;
    } catch {
      return undefined;
    }
  }
}
