import { type Access, HttpsClient } from './https.ts';
import { type Measurement, median, milliseconds } from './measurement.ts';
import { cpuMs } from './processes.ts';

const CLIENTS = 16;
const WARM_UP = 6_000;
const REQUESTS = 20_000;
const ONE_BY_ONE = 2_000;

/** One request by one client; `number` is another one each time. */
export type Ask = (client: HttpsClient, number: number) => Promise<unknown>;

/** How quickly a request is answered. */
export interface Speed {
  perSecond: number;
  /** By one client, one after the other. */
  oneByOneMs: number;
  /** Processor time of the server per request, which says more than the others where a machine does other things as well. */
  serverMicros: number;
}

let asked = 0;

/** Does so many things by so many workers; per second. */
export async function rate(count: number, workers: number, work: (worker: number) => Promise<unknown>): Promise<number> {
  let left = count;
  const loop = async (worker: number): Promise<void> => {
    while (left-- > 0) await work(worker);
  };
  const ms = await milliseconds(() => Promise.all(Array.from({ length: workers }, (_, worker) => loop(worker))));
  return (count / ms) * 1000;
}

/** Creates so many objects at a path, several at a time. */
export async function createAll(access: Access, path: string, count: number, objectOf: (i: number) => object): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, () => new HttpsClient(access));
  let made = 0;
  await rate(count, CLIENTS, (worker) => (clients[worker] as HttpsClient).send('POST', path, JSON.stringify(objectOf(made++))));
  for (const client of clients) client[Symbol.dispose]();
}

/** Sends requests over HTTPS to the server that has this process id: by 16 clients at once, each with its own connection, and one after the other. */
export async function speedOf(server: number, access: Access, ask: Ask): Promise<Speed> {
  const clients = Array.from({ length: CLIENTS }, () => new HttpsClient(access));
  const next = (worker: number) => ask(clients[worker] as HttpsClient, asked++);
  await rate(WARM_UP, CLIENTS, next);
  const beforeMs = cpuMs(server);
  const perSecond = await rate(REQUESTS, CLIENTS, next);
  const serverMicros = ((cpuMs(server) - beforeMs) / REQUESTS) * 1000;
  const times: number[] = [];
  for (let i = 0; i < ONE_BY_ONE; i++) times.push(await milliseconds(() => next(0)));
  for (const client of clients) client[Symbol.dispose]();
  return { perSecond, oneByOneMs: median(times), serverMicros };
}

/** What is said of a speed: `what` was asked for, with the goals for the rate and for the time of a single request, if there are any. */
export function speedMeasurements(what: string, speed: Speed, goals: { perSecond?: number; oneByOneMs?: number }): Measurement[] {
  const { perSecond, oneByOneMs } = goals;
  return [
    { name: `${what}, ${CLIENTS} clients`, value: speed.perSecond, unit: '/s', ...(perSecond ? { goal: { atLeast: perSecond } } : {}) },
    { name: `${what}, one by one, p50`, value: speed.oneByOneMs, unit: 'ms', ...(oneByOneMs ? { goal: { atMost: oneByOneMs } } : {}) },
    { name: `${what}, processor time of the server`, value: speed.serverMicros, unit: 'µs' },
  ];
}
