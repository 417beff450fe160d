import type { Clock } from '@kubernats/clock';
import type { Address } from '@kubernats/net';
import type { Choice } from '../observer.ts';
import { addressText, type PlaceOf, type Route } from '../route.ts';
import { Affinity } from './affinity.ts';
import { BackendGroups } from './backend-groups.ts';
import type { Backend, BackendLoad } from './backend-load.ts';

/** What a balancer needs to know of a route. */
export type Targets = Pick<Route, 'service' | 'backends' | 'locality' | 'affinityMs'>;

/**
 * How long an endpoint that did not answer is left alone while there are others. Without this it would be asked first each time, for nobody
 * has fewer connections, and where its node is gone each client would wait for its silence.
 */
const SHUN_MS = 5000;

/** Where a connection goes, and why. */
export interface Picked {
  backend: Backend;
  choice: Choice;
  /** All that there were to choose from, those that were tried in vain included. */
  candidates: readonly Backend[];
}

/**
 * Chooses where a route's next connection goes: to the backend with the fewest open connections, ties in turn (S3), counted over all routes of
 * the Service; with session affinity, to where the client went before.
 */
export class Balancer {
  readonly #load: BackendLoad;
  readonly #clock: Clock;
  readonly #groups: BackendGroups;
  readonly #leadsBack: (address: Address) => boolean;
  #backends: Backend[] = [];
  #affinity: Affinity | undefined;
  #affinityMs = 0;

  /** `leadsBack`: addresses that are never picked. */
  constructor(load: BackendLoad, clock: Clock, placeOf?: PlaceOf, leadsBack: (address: Address) => boolean = () => false) {
    this.#load = load;
    this.#clock = clock;
    this.#groups = new BackendGroups(placeOf);
    this.#leadsBack = leadsBack;
  }

  /** Replaces the set of backends; those that stay keep their counts. */
  update({ service, backends, locality, affinityMs }: Targets): void {
    const old = this.#backends;
    this.#backends = backends.map((address) => this.#load.acquire(service, address));
    for (const backend of old) this.#load.release(backend);
    this.#groups.update(this.#backends, locality);
    this.#affinityMs = affinityMs ?? 0;
    this.#affinity = affinityMs === undefined ? undefined : (this.#affinity ?? new Affinity(this.#clock));
  }

  /** Leads nowhere any more. */
  clear(): void {
    for (const backend of this.#backends) this.#load.release(backend);
    this.#backends = [];
    this.#groups.update([], undefined);
  }

  /** Whether new connections may go there. */
  has(backend: Backend): boolean {
    return this.#backends.includes(backend);
  }

  /** The backend for the client's next connection, leaving out those that were tried in vain; undefined when none is left. */
  pick(client: string, tried?: ReadonlySet<Backend>): Picked | undefined {
    const backends = this.#groups.of(client);
    let leftOut: Set<Backend> | undefined;
    for (;;) {
      const picked = this.#choose(client, backends, leftOut ?? tried);
      if (!picked) return undefined;
      if (!this.#leadsBack(picked.backend.address)) {
        this.#affinity?.remember(client, picked.backend, this.#affinityMs);
        return picked;
      }
      leftOut ??= new Set(tried);
      leftOut.add(picked.backend);
    }
  }

  /** It did not answer: the next ones go elsewhere for a while. */
  shun(backend: Backend): void {
    backend.shunnedUntilMs = this.#clock.monotonic() + SHUN_MS;
  }

  #choose(client: string, backends: readonly Backend[], tried: ReadonlySet<Backend> | undefined): Picked | undefined {
    return this.#known(client, backends, tried) ?? this.#next(backends, tried);
  }

  #next(backends: readonly Backend[], tried: ReadonlySet<Backend> | undefined): Picked | undefined {
    const picked = fewest(backends, tried, this.#clock.monotonic()) ?? fewest(backends, tried);
    if (picked) this.#load.tookTurn(picked.backend);
    return picked;
  }

  #known(client: string, backends: readonly Backend[], tried: ReadonlySet<Backend> | undefined): Picked | undefined {
    const known = this.#affinity?.backendOf(client);
    if (known === undefined) return undefined;
    const backend = backends.find((candidate) => addressText(candidate.address) === known && !tried?.has(candidate));
    return backend && { backend, choice: 'SessionAffinity', candidates: backends };
  }
}

/** Of those with the fewest connections the one whose last turn is longest ago. `nowMs`: leaves out what is shunned now; without it nothing is. */
function fewest(
  backends: readonly Backend[],
  tried: ReadonlySet<Backend> | undefined,
  nowMs = Number.POSITIVE_INFINITY,
): Picked | undefined {
  let best: Backend | undefined;
  let candidates = 0;
  let equals = 0;
  for (const backend of backends) {
    if (tried?.has(backend) || backend.shunnedUntilMs > nowMs) continue;
    candidates++;
    if (!best || backend.open < best.open) {
      best = backend;
      equals = 1;
    } else if (backend.open === best.open) {
      equals++;
      if (backend.lastTurn < best.lastTurn) best = backend;
    }
  }
  if (!best) return undefined;
  const choice = candidates === 1 ? 'OnlyEndpoint' : equals > 1 ? 'NextInTurn' : 'FewestConnections';
  return { backend: best, choice, candidates: backends };
}
