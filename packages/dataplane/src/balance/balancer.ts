import type { Clock } from '@kubernats/clock';
import { addressText, type PlaceOf, type Route } from '../route.ts';
import { Affinity } from './affinity.ts';
import { BackendGroups, type Group } from './backend-groups.ts';
import type { Backend, BackendLoad } from './backend-load.ts';

/** What a balancer needs to know of a route. */
export type Targets = Pick<Route, 'backends' | 'locality' | 'affinityMs'>;

/**
 * Chooses where a route's next connection goes: to the backend with the fewest open connections, ties in turn (S3); with session
 * affinity, to where the client went before.
 */
export class Balancer {
  readonly #load: BackendLoad;
  readonly #clock: Clock;
  readonly #groups: BackendGroups;
  #backends: Backend[] = [];
  #affinity: Affinity | undefined;
  #affinityMs = 0;

  constructor(load: BackendLoad, clock: Clock, placeOf?: PlaceOf) {
    this.#load = load;
    this.#clock = clock;
    this.#groups = new BackendGroups(placeOf);
  }

  /** Replaces the set of backends; those that stay keep their counts. */
  update({ backends, locality, affinityMs }: Targets): void {
    const old = this.#backends;
    this.#backends = backends.map((address) => this.#load.acquire(address));
    for (const { address } of old) this.#load.release(address);
    this.#groups.update(this.#backends, locality);
    this.#affinityMs = affinityMs ?? 0;
    this.#affinity = affinityMs === undefined ? undefined : (this.#affinity ?? new Affinity(this.#clock));
  }

  /** Leads nowhere any more. */
  clear(): void {
    this.update({ backends: [] });
  }

  /** The backend for the client's next connection, leaving out those that were tried in vain; undefined when none is left. */
  pick(client: string, tried?: ReadonlySet<Backend>): Backend | undefined {
    const group = this.#groups.of(client);
    const backend = this.#known(client, group, tried) ?? fewest(group, tried);
    if (backend) this.#affinity?.remember(client, backend, this.#affinityMs);
    return backend;
  }

  get addresses(): string[] {
    return this.#backends.map(({ address }) => addressText(address));
  }

  #known(client: string, group: Group, tried: ReadonlySet<Backend> | undefined): Backend | undefined {
    const known = this.#affinity?.backendOf(client);
    if (known === undefined) return undefined;
    return group.backends.find((backend) => addressText(backend.address) === known && !tried?.has(backend));
  }
}

function fewest(group: Group, tried: ReadonlySet<Backend> | undefined): Backend | undefined {
  const { backends, next } = group;
  const count = backends.length;
  let best: Backend | undefined;
  let bestIndex = 0;
  for (let step = 0; step < count; step++) {
    const index = (next + step) % count;
    const backend = backends[index];
    if (!backend || tried?.has(backend) || (best && backend.open >= best.open)) continue;
    best = backend;
    bestIndex = index;
    if (best.open === 0) break;
  }
  if (best) group.next = (bestIndex + 1) % count;
  return best;
}
