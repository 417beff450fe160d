import { type EndpointSlice, SERVICE_NAME_LABEL, type Service } from '@kubernats/api';
import { type BusMessage, traceEventsSubject, traceWantedSubject } from '@kubernats/bus';
import type { Timer } from '@kubernats/clock';
import { ANNOUNCE_EVERY_MS, announcementOf, type ProxyReport, readReport, type TraceLine } from '@kubernats/trace';
import type { Stored } from '../cache/stored.ts';
import type { ByteSource } from '../call.ts';
import { type Core, placeOfResource } from '../core.ts';
import { holdAddressBook } from './address-book.ts';
import { connectionLine, type Names, withLateName } from './connection-line.ts';
import { InOrder } from './in-order.ts';
import { LinePipe } from './line-pipe.ts';
import { type EndpointCounts, ServiceEndpoints } from './service-endpoints.ts';

/** Longer than proxies gather before they report. */
const HOLD_MS = 100;

/**
 * Asks every proxy for the connections of a Service and tells them as they come, line by line (`TraceLine`), until the Service is deleted or the
 * reader has gone.
 */
export function traceService(core: Core, traced: Stored): ByteSource {
  const { bus, clock, cluster } = core;
  const { namespace, name, id } = traced;
  const tracer = core.ids.suffix(12);
  const cleanup = new DisposableStack();
  const lines = new LinePipe(() => clock.now());
  const endpoints = new ServiceEndpoints();
  const { book, release } = holdAddressBook(core);
  cleanup.defer(release);
  const names: Names = {
    ownerOf: (host) => book.ownerOf(host),
    endpointOwnerOf: (host) => endpoints.ownerOf(host) ?? book.ownerOf(host),
  };
  let service: Service = traced.object;
  let told: string | undefined;
  const inOrder = new InOrder<TraceLine>(clock, HOLD_MS, (line) => lines.write(withLateName(line, names)));
  const time = (): string => new Date(clock.now()).toISOString();

  function end(): void {
    inOrder.flush();
    cleanup.dispose();
    lines.end();
  }

  function heard({ data }: BusMessage): void {
    const report = readReport(data);
    const { proxy, instance, welcome, dropped } = report;
    if (welcome === tracer) lines.write({ type: 'Proxy', time: time(), proxy, instance });
    tellConnections(report);
    lines.lost(dropped);
  }

  function tellConnections(report: ProxyReport): void {
    for (const event of report.connections) {
      // Named at once: whoever has the address now may be gone in a moment.
      inOrder.add(connectionLine(event, report, service, names), event.timeMs);
    }
  }

  function tellEndpoints(): void {
    const counts: EndpointCounts = endpoints.counts;
    const text = JSON.stringify(counts);
    if (text === told) return;
    told = text;
    inOrder.add({ type: 'Endpoints', time: time(), service: id, ...counts }, clock.now());
  }

  function sliceChanged(now: Stored | undefined, before: Stored | undefined): void {
    const isOurs = (slice: Stored | undefined): boolean =>
      slice?.namespace === namespace && slice.object.metadata.labels?.[SERVICE_NAME_LABEL] === name;
    if (!isOurs(now) && !isOurs(before)) return;
    endpoints.set(now?.name ?? before?.name ?? '', isOurs(now) ? (now?.object as EndpointSlice) : undefined);
    if (told !== undefined) tellEndpoints();
  }

  function serviceChanged(now: Stored | undefined, before: Stored | undefined): void {
    if ((now ?? before)?.id !== id) return;
    if (now?.object.metadata.uid === traced.object.metadata.uid) {
      service = now?.object ?? service;
      return;
    }
    inOrder.flush();
    lines.write({ type: 'Deleted', time: time(), service: id });
    end();
  }

  let next: Timer;
  function announce(): void {
    bus.publish(traceWantedSubject(cluster, namespace, name), announcementOf(tracer));
    next = clock.setTimer(ANNOUNCE_EVERY_MS, announce);
  }

  cleanup.defer(placeOfResource(core, 'discovery.k8s.io', 'v1', 'endpointslices').cache.observe(sliceChanged));
  tellEndpoints();
  inOrder.flush();
  const subscription = bus.subscribe(traceEventsSubject(cluster, namespace, name), heard);
  cleanup.defer(() => subscription.unsubscribe());
  announce();
  cleanup.defer(() => next.cancel());
  cleanup.defer(placeOfResource(core, '', 'v1', 'services').cache.observe(serviceChanged));
  return { contentType: 'application/json', chunks: lines, destroy: end };
}
