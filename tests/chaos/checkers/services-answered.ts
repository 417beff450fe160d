import { type Call, type Entry, entriesOf, type PodCall } from '../history/entries.ts';
import type { Checker } from './checker.ts';

/** So long after the last trouble of whoever tells a proxy of endpoints it knows of all again, on a slow machine too. */
const SETTLED_MS = 10_000;
/** Beside the proxy itself. Trouble of others keeps endpoints from coming about, and not from being known. */
const TELLERS = ['apiserver', 'nats-server', 'nats'];

type At<T> = T & { atMs: number };
type Window = { fromMs: number; toMs: number };

/**
 * A call of a Service may fail only while none of its endpoints lives that whoever carries it can know of. One lives for sure if it answered for itself
 * just before the call and just after it, and was ready all the while. It is known for sure if a call of the Service reached it since its proxy last was in
 * trouble, or if for a while neither the proxy was in trouble nor what tells it of endpoints. And in the end each way to the Service works.
 */
export const servicesAnswered: Checker = {
  name: 'Services answered as long as an endpoint lived',
  check(history) {
    const calls = entriesOf(history, 'call');
    const ofTellers = troubles(history, (component) => TELLERS.includes(component));
    const troubleOf = new Map(
      [...new Set(calls.map(({ carrier }) => carrier))].map((carrier) => [
        carrier,
        troubles(history, (component) => component === carrier),
      ]),
    );
    const judged = calls.filter((call) => !troubleOf.get(call.carrier)?.some((window) => overlaps(window, spanOf(call))));
    const failed = judged.filter(({ error }) => error !== undefined);
    const evidence = evidenceOf(history);
    const wrong = failed.flatMap((call) => {
      const living = evidence.livedThrough(spanOf(call));
      const settledFrom = call.fromMs - SETTLED_MS;
      const ofCarrier = troubleOf.get(call.carrier) ?? [];
      const isQuiet =
        settledFrom > 0 && ![...ofTellers, ...ofCarrier].some((window) => overlaps(window, { fromMs: settledFrom, toMs: call.atMs }));
      const sinceMs = Math.max(0, ...ofCarrier.filter(({ toMs }) => toMs < call.fromMs).map(({ toMs }) => toMs));
      const known = living.filter(
        ({ ip, pod }) =>
          (isQuiet && evidence.readyThrough(ip, { fromMs: settledFrom, toMs: call.atMs })) ||
          calls.some(
            (other) =>
              other.pod === pod &&
              other.carrier === call.carrier &&
              other.fromMs > sinceMs &&
              other.atMs < call.fromMs &&
              evidence.readyThrough(ip, { fromMs: other.atMs, toMs: call.atMs }),
          ),
      );
      return known.length === 0 ? [] : [`${inWords(call)}, while there was ${known.map(({ pod }) => pod).join(', ')}`];
    });
    const last = [...Map.groupBy(calls, ({ way }) => way).values()].flatMap((ofWay) => ofWay.at(-1) ?? []);
    return {
      wrong: [
        ...(last.length === 0 ? ['nothing was called'] : []),
        ...wrong,
        ...last.filter(({ error }) => error !== undefined).map((call) => `${inWords(call)}: the last call of its way`),
      ],
      looked: `${calls.length} calls, ${judged.length} of them judged, ${failed.length} of these failed`,
    };
  },
};

const spanOf = ({ fromMs, atMs }: At<Call | PodCall>): Window => ({ fromMs, toMs: atMs });
const overlaps = (a: Window, b: Window): boolean => a.fromMs <= b.toMs && b.fromMs <= a.toMs;
const inWords = ({ way, service, fromMs, atMs, error }: At<Call>): string =>
  `${service} by its ${way}, from ${fromMs} ms to ${atMs} ms: ${error}`;

/** From the beginning of each fault to its end, which may be that of the run. */
function troubles(history: readonly Entry[], isMeant: (component: string) => boolean): Window[] {
  const ends = new Map(entriesOf(history, 'fault-healed').map(({ fault, atMs }) => [fault.id, atMs]));
  return entriesOf(history, 'fault-begun')
    .filter(({ fault }) => isMeant(fault.component))
    .map(({ fault, atMs }) => ({ fromMs: atMs, toMs: ends.get(fault.id) ?? Number.POSITIVE_INFINITY }));
}

/** What is known of endpoints at a time. */
function evidenceOf(history: readonly Entry[]) {
  const podCalls = Map.groupBy(entriesOf(history, 'pod-call'), ({ ip }) => ip);
  const ready = readyWindows(history);
  const readyThrough = (ip: string, span: Window): boolean =>
    ready.get(ip)?.some(({ fromMs, toMs }) => fromMs <= span.fromMs && toMs >= span.toMs) ?? false;
  return {
    readyThrough,
    /** Endpoints that answered for themselves before and after, and not otherwise between. */
    livedThrough(span: Window): { ip: string; pod: string }[] {
      return [...podCalls].flatMap(([ip, calls]) => {
        const before = calls.findLast(({ atMs }) => atMs < span.fromMs);
        const after = calls.find(({ fromMs }) => fromMs > span.toMs);
        const between = calls.filter((call) => overlaps(spanOf(call), span));
        const pod = before?.pod;
        const lived = pod !== undefined && after?.pod === pod && between.every((call) => call.pod === pod);
        return lived && readyThrough(ip, span) ? [{ ip, pod }] : [];
      });
    },
  };
}

/** When each address was a ready endpoint, as watches told. */
function readyWindows(history: readonly Entry[]): Map<string, Window[]> {
  const windows = new Map<string, Window[]>();
  const slices = new Map<string, readonly string[]>();
  const open = new Map<string, Window>();
  const change = (atMs: number): void => {
    const now = new Set([...slices.values()].flat());
    for (const [ip, window] of open) {
      if (now.has(ip)) continue;
      window.toMs = atMs;
      open.delete(ip);
    }
    for (const ip of now) {
      if (open.has(ip)) continue;
      const window = { fromMs: atMs, toMs: Number.POSITIVE_INFINITY };
      open.set(ip, window);
      windows.set(ip, [...(windows.get(ip) ?? []), window]);
    }
  };
  const called = new Set(entriesOf(history, 'call').map(({ service }) => service));
  for (const entry of history) {
    if (entry.what === 'watch-listed' && entry.kind === 'EndpointSlice') {
      slices.clear();
      for (const slice of entry.objects)
        if (slice.kind === 'EndpointSlice' && called.has(slice.service))
          slices.set(
            slice.name,
            slice.ready.map(({ ip }) => ip),
          );
      change(entry.atMs);
    } else if (entry.what === 'watch-event' && entry.object.kind === 'EndpointSlice' && called.has(entry.object.service)) {
      const { name, ready } = entry.object;
      if (entry.type === 'DELETED') slices.delete(name);
      else
        slices.set(
          name,
          ready.map(({ ip }) => ip),
        );
      change(entry.atMs);
    }
  }
  return windows;
}
