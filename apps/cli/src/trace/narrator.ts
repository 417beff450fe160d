import type { Clock } from '@kubernats/clock';
import type { ConnectionLine, TraceLine } from '@kubernats/trace';
import { clockText, connectionText, endpointsText } from './text.ts';

/** How long a load balancer's connection waits for the node to tell where it went on to. */
const NEXT_HOP_MS = 250;
/** How long a node's connection waits for a load balancer to say that it is its own: both tell at about the same time. */
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
  /** What nodes have told of clients that may be load balancers, by client. */
  readonly #waiting = new Map<string, ConnectionLine[]>();
  #hasLoadBalancer = false;

  constructor(clock: Clock, say: (text: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  tell(line: TraceLine): void {
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
      default:
        return line.door.kind === 'LoadBalancer' && line.source !== undefined ? this.#passage(line, line.source) : this.#connection(line);
    }
  }

  #connection(line: ConnectionLine): void {
    const client = line.client.address;
    const passage = this.#passages.get(client);
    const waiting = this.#waiting.get(client);
    if (waiting) waiting.push(line);
    else if (passage || !this.#hasLoadBalancer || line.door.kind !== 'NodePort') this.#tellConnection(line, passage);
    else {
      this.#waiting.set(client, [line]);
      this.#clock.setTimer(HOP_BEFORE_MS, () => this.#release(client));
    }
  }

  #passage(line: ConnectionLine, source: string): void {
    const known = this.#passages.get(source);
    const passage = known ?? { line, joined: false };
    this.#passages.set(source, passage);
    this.#release(source);
    this.#clock.setTimer(NEXT_HOP_MS, () => {
      if (!passage.joined) this.#at(line, connectionText(line, undefined));
      if (line.type === 'Closed' && this.#passages.get(source) === passage) this.#passages.delete(source);
    });
  }

  /** Tells what has waited to know who the client is. */
  #release(client: string): void {
    const lines = this.#waiting.get(client) ?? [];
    this.#waiting.delete(client);
    for (const line of lines) this.#tellConnection(line, this.#passages.get(client));
  }

  #tellConnection(line: ConnectionLine, passage: Passage | undefined): void {
    if (passage) passage.joined = true;
    this.#at(line, connectionText(line, passage?.line));
  }

  #at({ time }: TraceLine, text: string): void {
    this.#say(`${clockText(time)}  ${text}`);
  }
}
