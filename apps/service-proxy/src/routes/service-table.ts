import type { EndpointSlice, Service } from '@kubernats/api';
import type { NodeView } from './node-view.ts';

/** What a table is computed from. Keys are `namespace/name` of Services. */
export interface ClusterView {
  service(key: string): Service | undefined;
  slices(key: string): readonly EndpointSlice[];
  nodes(): Iterable<NodeView>;
  node(name: string): NodeView | undefined;
}

/** How the entries of one Service follow from it: pure. */
export interface TableRules<Entry> {
  /** Those that are of no node. */
  own(service: Service, slices: readonly EndpointSlice[]): Entry[];
  /** Those of a node; undefined: the Service has none on any. */
  atNodes(service: Service, slices: readonly EndpointSlice[]): ((node: NodeView) => Entry[]) | undefined;
  /** Whether two entries of one id are the same. */
  same(a: Entry, b: Entry): boolean;
}

/** What brings its follower from one table to the next. */
export interface Changes<Entry> {
  /** New entries, and those that changed. */
  set: Entry[];
  removed: Entry[];
}

/** Entries of Services by node; those of no node under ''. */
type Parts<Entry> = Map<string, readonly Entry[]>;

const OWN = '';

/**
 * What Services have listened on, kept up to date change by change: that of one endpoint looks at its own Service only, that of a node
 * at this node's part of the Services that open something there.
 */
export class ServiceTable<Entry extends { readonly id: string }> {
  readonly #view: ClusterView;
  readonly #rules: TableRules<Entry>;
  readonly #parts = new Map<string, Parts<Entry>>();
  readonly #atNodes = new Set<string>();

  constructor(view: ClusterView, rules: TableRules<Entry>) {
    this.#view = view;
    this.#rules = rules;
  }

  /** All entries, by id. */
  entries(): Map<string, Entry> {
    return new Map([...this.#parts.values()].flatMap((parts) => [...parts.values()].flat()).map((entry) => [entry.id, entry]));
  }

  /** Computes one Service's entries again and says what changed. */
  refresh(key: string): Changes<Entry> {
    const changes: Changes<Entry> = { set: [], removed: [] };
    const service = this.#view.service(key);
    const slices = service ? this.#view.slices(key) : [];
    const next = new Map<string, Entry[]>();
    if (service) next.set(OWN, this.#rules.own(service, slices));
    const atNode = service && this.#rules.atNodes(service, slices);
    if (atNode) {
      this.#atNodes.add(key);
      for (const node of this.#view.nodes()) next.set(node.name, atNode(node));
    } else this.#atNodes.delete(key);
    for (const part of new Set([...(this.#parts.get(key)?.keys() ?? []), ...next.keys()])) {
      this.#replace(key, part, next.get(part) ?? [], changes);
    }
    return changes;
  }

  /** Computes one node's entries again, those of all Services. */
  refreshNode(name: string): Changes<Entry> {
    const changes: Changes<Entry> = { set: [], removed: [] };
    const node = this.#view.node(name);
    for (const key of this.#atNodes) {
      const service = this.#view.service(key);
      const atNode = service && node && this.#rules.atNodes(service, this.#view.slices(key));
      this.#replace(key, name, atNode ? atNode(node) : [], changes);
    }
    return changes;
  }

  #replace(key: string, part: string, next: readonly Entry[], changes: Changes<Entry>): void {
    const before = this.#parts.get(key)?.get(part) ?? [];
    const kept = next.map((entry) => {
      const old = before.find(({ id }) => id === entry.id);
      if (old && this.#rules.same(old, entry)) return old;
      changes.set.push(entry);
      return entry;
    });
    for (const old of before) if (!next.some(({ id }) => id === old.id)) changes.removed.push(old);
    this.#store(key, part, kept);
  }

  #store(key: string, part: string, entries: readonly Entry[]): void {
    const parts = this.#parts.get(key) ?? new Map<string, readonly Entry[]>();
    if (entries.length > 0) this.#parts.set(key, parts.set(part, entries));
    else if (parts.delete(part) && parts.size === 0) this.#parts.delete(key);
  }
}
