import type { EndpointSlice, Service } from '@kubernats/api';
import { type Route, type RouteChanges, sameTargets } from '@kubernats/dataplane';
import type { NodeView } from './node-view.ts';
import { opensNodePorts, serviceRoutes } from './service-routes.ts';

/** What the routing table is computed from. Keys are `namespace/name` of Services. */
export interface RouterView {
  service(key: string): Service | undefined;
  slices(key: string): readonly EndpointSlice[];
  nodes(): Iterable<NodeView>;
}

/** The Service that an EndpointSlice belongs to. */
export function serviceOfSlice(slice: EndpointSlice): string | undefined {
  const name = slice.metadata?.labels?.['kubernetes.io/service-name'];
  return name === undefined ? undefined : `${slice.metadata?.namespace}/${name}`;
}

/** The routing table, kept up to date Service by Service: a change of one endpoint looks at its own Service only. */
export class Router {
  readonly #view: RouterView;
  readonly #routes = new Map<string, Map<string, Route>>();
  readonly #withNodePorts = new Set<string>();

  constructor(view: RouterView) {
    this.#view = view;
  }

  /** The Services to compute again when a node's addresses change. */
  get servicesWithNodePorts(): Iterable<string> {
    return this.#withNodePorts;
  }

  /** All routes, by id. */
  routes(): Map<string, Route> {
    return new Map([...this.#routes.values()].flatMap((routes) => [...routes]));
  }

  /** Computes one Service's routes again and says what changed. */
  refresh(key: string): RouteChanges {
    const service = this.#view.service(key);
    const before = this.#routes.get(key);
    const after = new Map<string, Route>();
    const changes: RouteChanges = { set: [], removed: [] };
    if (service && opensNodePorts(service)) this.#withNodePorts.add(key);
    else this.#withNodePorts.delete(key);
    if (service) {
      for (const route of serviceRoutes(service, this.#view.slices(key), this.#view.nodes())) {
        const old = before?.get(route.id);
        const unchanged = old !== undefined && sameTargets(old, route);
        after.set(route.id, unchanged ? old : route);
        if (!unchanged) changes.set.push(route);
      }
    }
    for (const [id, route] of before ?? []) if (!after.has(id)) changes.removed.push(route);
    if (after.size > 0) this.#routes.set(key, after);
    else this.#routes.delete(key);
    return changes;
  }
}
