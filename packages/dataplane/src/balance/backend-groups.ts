import type { Address } from '@kubernats/net';
import { addressText, type Locality, type PlaceOf } from '../route.ts';
import type { Backend } from './backend-load.ts';

/** Backends among which connections go in turn. */
type Group = readonly Backend[];

type Groups = ReadonlyMap<string, Group>;

/** A route's backends, divided by who is led to them. */
export class BackendGroups {
  readonly #placeOf: PlaceOf;
  #all: Group = [];
  #byNode: Groups | undefined;
  #byZone: Groups | undefined;
  #others: Group | undefined;

  /** Without `placeOf` every client is one of no node. */
  constructor(placeOf: PlaceOf = () => undefined) {
    this.#placeOf = placeOf;
  }

  update(backends: readonly Backend[], locality: Locality | undefined): void {
    this.#all = backends;
    this.#byNode = this.#byZone = this.#others = undefined;
    if (!locality) return;
    const known = new Map(backends.map((backend) => [addressText(backend.address), backend]));
    this.#byNode = groupsOf(locality.byNode, known);
    this.#byZone = groupsOf(locality.byZone, known);
    this.#others = locality.others === 'none' ? [] : this.#all;
  }

  /** Where the client may be led. */
  of(client: string): Group {
    // Most routes are the same for everybody.
    if (!this.#others) return this.#all;
    const place = this.#placeOf(client);
    if (!place) return this.#others;
    const { node, zone } = place;
    return this.#byNode?.get(node) ?? (zone === undefined ? undefined : this.#byZone?.get(zone)) ?? this.#others;
  }
}

function groupsOf(groups: ReadonlyMap<string, readonly Address[]> | undefined, known: ReadonlyMap<string, Backend>): Groups | undefined {
  if (!groups) return undefined;
  const backendsOf = (addresses: readonly Address[]): Backend[] => addresses.flatMap((address) => known.get(addressText(address)) ?? []);
  return new Map([...groups].map(([name, addresses]) => [name, backendsOf(addresses)]));
}
