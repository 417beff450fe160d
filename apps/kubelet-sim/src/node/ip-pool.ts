import { type Cidr, cidrAddress, ipToNumber, parseCidr } from '@kubernats/net';

/** The addresses of one node's Pods. They are given out in turn, so that one that was just given back is not given again soon. */
export class IpPool {
  readonly #cidr: Cidr;
  readonly #taken = new Set<string>();
  #last = 1;

  /** `cidr`'s first address is the network's, its second the node's own, its last the broadcast address. */
  constructor(cidr: string) {
    this.#cidr = parseCidr(cidr);
  }

  /** The next free address; undefined when all are in use. */
  take(): string | undefined {
    const usable = this.#cidr.size - 3;
    for (let i = 0; i < usable; i++) {
      this.#last = this.#last + 1 > this.#cidr.size - 2 ? 2 : this.#last + 1;
      const ip = cidrAddress(this.#cidr, this.#last);
      if (!this.#taken.has(ip)) {
        this.#taken.add(ip);
        return ip;
      }
    }
    return undefined;
  }

  give(ip: string): void {
    this.#taken.delete(ip);
  }

  /** Goes on behind an address that was in use before this pool was made: a Pod that is made again gets another one. */
  startBehind(ip: string): void {
    const index = ipToNumber(ip) - this.#cidr.base;
    if (index > this.#last && index < this.#cidr.size - 1) this.#last = index;
  }
}
