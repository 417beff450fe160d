import type { Metrics, Observation } from '@kubernats/controller';
import type { Backend, BackendLoad } from '../balance/backend-load.ts';
import { addressText } from '../route.ts';

/** Clients of each Service that no backend answered; a Service is forgotten with its last route. */
export class Refusals {
  readonly #services = new Map<string, { routes: number; count: number }>();

  routeOpened(service: string): void {
    const entry = this.#services.get(service) ?? { routes: 0, count: 0 };
    entry.routes++;
    this.#services.set(service, entry);
  }

  routeClosed(service: string): void {
    const entry = this.#services.get(service);
    if (entry && --entry.routes === 0) this.#services.delete(service);
  }

  count(service: string): void {
    const entry = this.#services.get(service);
    if (entry) entry.count++;
  }

  *observations(): Iterable<Observation> {
    for (const [service, { count }] of this.#services) if (count > 0) yield { labels: { service }, value: count };
  }
}

const LABELS = ['service', 'endpoint'] as const;

/**
 * Shows the traffic in the metrics. Series are read off the backends that there are, so that an endpoint that is gone has none; nor has
 * one that was never used.
 */
export function showTraffic(metrics: Metrics, load: BackendLoad, refusals: Refusals): void {
  const show = (kind: 'counter' | 'gauge', name: string, help: string, read: (backend: Backend) => number): void =>
    metrics.observable(kind, `kubernats_proxy_${name}`, help, LABELS, function* () {
      for (const backend of load.all()) {
        if (backend.taken + backend.failedDials === 0) continue;
        yield { labels: { service: backend.service, endpoint: addressText(backend.address) }, value: read(backend) };
      }
    });
  show('counter', 'connections_total', 'Connections (and UDP clients) that were led to the endpoint.', ({ taken }) => taken);
  show('gauge', 'open_connections', 'Connections (and UDP clients) that are open to the endpoint.', ({ open }) => open);
  show('counter', 'failed_dials_total', 'Connections that the endpoint did not answer.', ({ failedDials }) => failedDials);
  show(
    'counter',
    'received_bytes_total',
    'Bytes from clients to the endpoint, of TCP connections that have ended.',
    ({ bytesIn }) => bytesIn,
  );
  show(
    'counter',
    'sent_bytes_total',
    'Bytes from the endpoint to clients, of TCP connections that have ended.',
    ({ bytesOut }) => bytesOut,
  );
  metrics.observable('counter', 'kubernats_proxy_refused_total', 'Connections that no endpoint answered.', ['service'], () =>
    refusals.observations(),
  );
}
