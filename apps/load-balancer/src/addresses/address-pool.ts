import { type Cidr, cidrAddress, cidrContains, formatCidr, ipToNumber, parseCidr } from '@kubernats/net';

/** What of a pool decisions need. */
export interface PoolView {
  /** `127.200.0.0/16`. */
  readonly cidr: string;
  /** Whether the address is one that the pool gives out. */
  contains(ip: string): boolean;
  /** The address that the Service (`namespace/name`) has. */
  addressOf(service: string): string | undefined;
  /** The Service that has the address. */
  holderOf(ip: string): string | undefined;
  /** The lowest address that nobody has; undefined when all are taken. */
  free(): string | undefined;
}

/** The addresses that Services may get, and who has which: one address a Service, one Service an address. */
export class AddressPool implements PoolView {
  readonly cidr: string;
  readonly #range: Cidr;
  readonly #first: number;
  readonly #last: number;
  readonly #holders = new Map<string, string>();
  readonly #addresses = new Map<string, string>();
  /** No address below is free. */
  #hint: number;

  /** Throws a RangeError when the text is no IPv4 CIDR. The first and the last address of a range name the network and everybody in it. */
  constructor(cidr: string) {
    this.#range = parseCidr(cidr);
    this.cidr = formatCidr(this.#range);
    const outer = this.#range.size > 2 ? 1 : 0;
    this.#first = outer;
    this.#last = this.#range.size - 1 - outer;
    this.#hint = this.#first;
  }

  contains(ip: string): boolean {
    if (!cidrContains(this.#range, ip)) return false;
    const index = ipToNumber(ip) - this.#range.base;
    return index >= this.#first && index <= this.#last;
  }

  addressOf(service: string): string | undefined {
    return this.#addresses.get(service);
  }

  holderOf(ip: string): string | undefined {
    return this.#holders.get(ip);
  }

  free(): string | undefined {
    for (; this.#hint <= this.#last; this.#hint++) {
      const ip = cidrAddress(this.#range, this.#hint);
      if (!this.#holders.has(ip)) return ip;
    }
    return undefined;
  }

  /** Gives the Service an address that nobody else has, in place of the one that it had. */
  take(ip: string, service: string): void {
    if (this.#addresses.get(service) === ip) return;
    this.release(service);
    this.#holders.set(ip, service);
    this.#addresses.set(service, ip);
  }

  /** Says whether there was something to release. */
  release(service: string): boolean {
    const ip = this.#addresses.get(service);
    if (ip === undefined) return false;
    this.#addresses.delete(service);
    this.#holders.delete(ip);
    this.#hint = Math.min(this.#hint, ipToNumber(ip) - this.#range.base);
    return true;
  }
}
