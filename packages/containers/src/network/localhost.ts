import type { Connection, Datagram } from '@kubernats/net';

const EPHEMERAL_FIRST = 32_768;
const EPHEMERAL_LAST = 60_999;

/** What listens on a localhost: that of a Pod, or that of a node, which the Pods on its network share. By port. */
export class Localhost {
  readonly tcp = new Map<number, (connection: Connection) => void>();
  readonly udp = new Map<number, (datagram: Datagram) => void>();
  #ephemeral = EPHEMERAL_FIRST;

  freePort(taken: { has(port: number): boolean }): number {
    do this.#ephemeral = this.#ephemeral >= EPHEMERAL_LAST ? EPHEMERAL_FIRST : this.#ephemeral + 1;
    while (taken.has(this.#ephemeral));
    return this.#ephemeral;
  }
}
