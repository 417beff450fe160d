import { setTimeout as sleep } from 'node:timers/promises';
import { realCluster } from '@kubernats/testing/real-cluster';
import { type Access, accessOf, HttpsClient } from './https.ts';
import { type Benchmark, type Measurement, median, milliseconds, percentile } from './measurement.ts';
import { CONFIG_MAPS } from './objects.ts';

const CHANGES = 200;
const PER_SECOND = 200;
const STEADY_WRITES = 2_000;
const TICK_MS = 5;
const WRITERS = 8;
/** With what the server adds, the object has about 1 KiB. */
const TEXT = 'x'.repeat(700);

/** Many who watch one resource, each on a connection of its own. */
class Watchers implements Disposable {
  readonly #clients: HttpsClient[];
  /** How many have had so many events. */
  readonly #reached: number[] = [];
  #onAll: (event: number) => void = () => {};

  private constructor(access: Access, count: number) {
    this.#clients = Array.from({ length: count }, () => new HttpsClient(access));
  }

  static async begin(access: Access, count: number): Promise<Watchers> {
    const watchers = new Watchers(access, count);
    using client = new HttpsClient(access);
    const { metadata } = JSON.parse(await client.send('GET', `${CONFIG_MAPS}?limit=1`)) as { metadata: { resourceVersion: string } };
    const path = `${CONFIG_MAPS}?watch=1&resourceVersion=${metadata.resourceVersion}`;
    for (const each of watchers.#clients) {
      let seen = 0;
      await each.count(path, (events) => {
        for (const last = seen + events; seen < last; seen++) watchers.#seen(seen);
      });
    }
    return watchers;
  }

  /** `onAll` is called when the last of them has an event; they are counted from 0 on. */
  set onAll(onAll: (event: number) => void) {
    this.#onAll = onAll;
  }

  /** Resolves when all have this event. */
  all(event: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onAll = (which) => (which === event ? resolve() : undefined);
    });
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
  }

  #seen(event: number): void {
    const count = (this.#reached[event] ?? 0) + 1;
    this.#reached[event] = count;
    if (count === this.#clients.length) this.#onAll(event);
  }
}

let made = 0;
const write = (writer: HttpsClient): Promise<string> =>
  writer.send('POST', CONFIG_MAPS, JSON.stringify({ metadata: { name: `fan-${made++}` }, data: { text: TEXT } }));

/** One change after the other, each when all have seen the one before; and as many as come through. */
async function fanOut(access: Access, count: number): Promise<Measurement[]> {
  using watchers = await Watchers.begin(access, count);
  using writer = new HttpsClient(access);
  const latencies: number[] = [];
  for (let i = 0; i < CHANGES; i++) latencies.push(await milliseconds(() => Promise.all([watchers.all(i), write(writer)])));
  const burst = CHANGES * 5;
  const ms = await milliseconds(async () => {
    const told = watchers.all(CHANGES + burst - 1);
    for (let i = 0; i < burst; i++) await write(writer);
    await told;
  });
  return [
    { name: `watch, ${count} watchers: write to last event, p50`, value: median(latencies), unit: 'ms' },
    { name: `watch, ${count} watchers: write to last event, p99`, value: percentile(latencies, 0.99), unit: 'ms' },
    { name: `watch, ${count} watchers: events delivered`, value: ((burst * count) / ms) * 1000, unit: '/s' },
  ];
}

/** Writes at a steady rate, however slow the events are: from the sending of a write until the last watcher has its event. */
async function steady(access: Access, count: number): Promise<Measurement[]> {
  using watchers = await Watchers.begin(access, count);
  const writers = Array.from({ length: WRITERS }, () => new HttpsClient(access));
  const [written, seen]: [number[], number[]] = [[], []];
  const told = new Promise<void>((resolve) => {
    watchers.onAll = (event) => {
      seen[event] = performance.now();
      if (event === STEADY_WRITES - 1) resolve();
    };
  });
  const from = performance.now();
  const writeAll = async (writer: HttpsClient): Promise<void> => {
    while (written.length < STEADY_WRITES) {
      const due = ((performance.now() - from) / 1000) * PER_SECOND;
      if (written.length >= due) await sleep(TICK_MS);
      else {
        written.push(performance.now());
        await write(writer);
      }
    }
  };
  await Promise.all(writers.map(writeAll));
  const perSecond = (STEADY_WRITES / (performance.now() - from)) * 1000;
  await told;
  for (const writer of writers) writer[Symbol.dispose]();
  const latencies = written.map((atMs, i) => (seen[i] ?? Number.NaN) - atMs);
  const what = `watch, ${count} watchers, ${PER_SECOND} writes of 1 KiB a second`;
  return [
    { name: `${what}: write to last event, p50`, value: median(latencies), unit: 'ms' },
    { name: `${what}: write to last event, p99`, value: percentile(latencies, 0.99), unit: 'ms', goal: { atMost: 60 } },
    { name: `${what}: writes that were made`, value: perSecond, unit: '/s' },
  ];
}

/** One change, told to many watchers. The watchers' own work is in the figures: they share the machine. */
export const watches: Benchmark = {
  name: 'watches',
  async run() {
    await using cluster = await realCluster({ nodes: 0 });
    const access = await accessOf(cluster.kubeconfig);
    return [...(await fanOut(access, 100)), ...(await fanOut(access, 1_000)), ...(await steady(access, 1_000))];
  },
};
