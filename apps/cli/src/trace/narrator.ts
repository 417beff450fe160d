import type { Clock } from '@kubernats/clock';
import type { ConnectionLine, TraceLine } from '@kubernats/trace';
import { clockText, connectionText, endpointsText } from './text.ts';

/** How long a load balancer's connection waits for the node to tell where it went on to. */
const NEXT_HOP_MS = 250;
/** How long lines wait, where there is a load balancer, for it to say which connections are its own: both ends tell at about the same time. */
const HOP_BEFORE_MS = 100;

interface Passage {
  line: ConnectionLine;
  /** The node's proxy has told the rest of the way. */
  joined: boolean;
}

/**
 * Tells a trace to a person, line by line. What a load balancer and then a node's proxy have carried is told as one connection: the balancer's own
 * end of its connection to the node is the client that the proxy sees.
 */
export class Narrator {
  readonly #clock: Clock;
  readonly #say: (text: string) => void;
  /** Connections of load balancers, by their own end. */
  readonly #passages = new Map<string, Passage>();
  /** What waits to be told, in order. */
  readonly #held: ConnectionLine[] = [];
  #hasLoadBalancer = false;

  constructor(clock: Clock, say: (text: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  tell(line: TraceLine): void {
    if ('connection' in line) return this.#tellConnection(line);
    while (this.#held.length > 0) this.#release();
    switch (line.type) {
      case 'Endpoints':
        return this.#at(line, endpointsText(line));
      case 'Proxy':
        this.#hasLoadBalancer ||= line.proxy === 'load-balancer';
        return this.#at(line, `${line.proxy} is watched`);
      case 'Dropped':
        return this.#at(line, `${line.count} ${line.count === 1 ? 'event is' : 'events are'} missing here: too many at once`);
      case 'Deleted':
        return this.#at(line, `service ${line.service} is deleted`);
    }
  }

  #tellConnection(line: ConnectionLine): void {
    if (line.door.kind === 'LoadBalancer' && line.source !== undefined) return this.#passage(line, line.source);
    this.#held.push(line);
    if (!this.#hasLoadBalancer) return this.#release();
    this.#clock.setTimer(HOP_BEFORE_MS, () => {
      if (this.#held[0] === line) this.#release();
    });
  }

  /** Tells the line that has waited longest. */
  #release(): void {
    const line = this.#held.shift();
    if (!line) return;
    const passage = this.#passages.get(line.client.address);
    if (passage) passage.joined = true;
    this.#at(line, connectionText(line, passage?.line));
  }

  #passage(line: ConnectionLine, source: string): void {
    const known = this.#passages.get(source);
    const passage = known ?? { line, joined: false };
    this.#passages.set(source, passage);
    this.#clock.setTimer(NEXT_HOP_MS, () => {
      if (!passage.joined) this.#at(line, connectionText(line, undefined));
      if (line.type === 'Closed' && this.#passages.get(source) === passage) this.#passages.delete(source);
    });
  }

  #at({ time }: TraceLine, text: string): void {
    this.#say(`${clockText(time)}  ${text}`);
  }
}
