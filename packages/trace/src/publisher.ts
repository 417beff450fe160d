import { type Bus, type BusMessage, parseTraceSubject, traceEventsSubject, traceWantedSubjects } from '@kubernats/bus';
import type { Clock, Ids } from '@kubernats/clock';
import type { ConnectionEvent, ConnectionObserver } from '@kubernats/dataplane';
import { Interest } from './interest.ts';
import { type Announcement, encodeReport, type ObservedConnection, observed } from './report.ts';

/** How long a tracer is believed to be there after its last announcement: it may lose two. */
const KEEP_MS = 3_500;
/** Events gather so long before they travel together. */
const GATHER_MS = 20;
/** What waits to be told of one Service: beyond it events are dropped and counted. */
const MAX_WAITING = 1_000;

export interface TracePublisherDeps {
  bus: Bus;
  clock: Clock;
  ids: Ids;
}

/** Tells of the connections of the Services that somebody traces, and of no others. */
export interface TracePublisher extends ConnectionObserver, Disposable {}

interface Outbox {
  connections: ObservedConnection[];
  dropped: number;
  welcome: string[];
}

/**
 * What a proxy gives to its data plane as the observer: it publishes on the bus what tracers want to know. `proxy` is the component's name. The
 * proxy is never slowed: the next report waits until the last one has reached the server, and what does not fit meanwhile is counted.
 */
export function createTracePublisher(deps: TracePublisherDeps, { cluster, proxy }: { cluster: string; proxy: string }): TracePublisher {
  const { bus, clock, ids } = deps;
  const instance = ids.suffix(8);
  const outboxes = new Map<string, Outbox>();
  const interest = new Interest(clock, KEEP_MS, (service) => outboxes.delete(service));
  let sending = false;

  function outboxOf(service: string): Outbox {
    let outbox = outboxes.get(service);
    if (!outbox) outboxes.set(service, (outbox = { connections: [], dropped: 0, welcome: [] }));
    return outbox;
  }

  function wanted({ subject, data }: BusMessage): void {
    const about = parseTraceSubject(subject);
    if (!about) return;
    const { tracer } = JSON.parse(new TextDecoder().decode(data)) as Announcement;
    const service = `${about.namespace}/${about.service}`;
    if (!interest.announced(service, tracer)) return;
    outboxOf(service).welcome.push(tracer);
    send();
  }

  /** Sends what has gathered, after a moment in which more may gather. */
  function send(): void {
    if (sending) return;
    sending = true;
    clock.setTimer(GATHER_MS, () => void flush());
  }

  async function flush(): Promise<void> {
    if (bus.status === 'connected') {
      for (const [service, outbox] of outboxes) publish(service, outbox);
      outboxes.clear();
      await bus.flush().catch(() => {
        // The connection broke: it comes back by itself, and what is published then goes there.
      });
    }
    sending = false;
    if (outboxes.size > 0 && bus.status !== 'closed') send();
  }

  function publish(key: string, { connections, dropped, welcome }: Outbox): void {
    const [namespace = '', service = ''] = key.split('/');
    const subject = traceEventsSubject(cluster, namespace, service);
    for (const tracer of welcome) bus.publish(subject, encodeReport({ proxy, instance, welcome: tracer, connections: [], dropped: 0 }));
    if (connections.length > 0 || dropped > 0) bus.publish(subject, encodeReport({ proxy, instance, connections, dropped }));
  }

  const subscription = bus.subscribe(traceWantedSubjects(cluster), wanted);
  return {
    observes: (service) => interest.has(service),
    observe(event: ConnectionEvent) {
      const { service } = event.route;
      if (!interest.has(service)) return;
      const outbox = outboxOf(service);
      if (outbox.connections.length < MAX_WAITING) outbox.connections.push(observed(event, clock.now()));
      else outbox.dropped++;
      send();
    },
    [Symbol.dispose]() {
      subscription.unsubscribe();
      interest.clear();
      outboxes.clear();
    },
  };
}
