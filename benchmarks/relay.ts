import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, type Measurement, median } from './measurement.ts';
import { cpuMs } from './processes.ts';
import { bytesPerSecond, firstAnswers, listening, newConnections, roundTrips, type Target } from './relay/client.ts';
import { type DebianPrograms, debianPrograms, running } from './relay/debian.ts';
import { haproxyRelay, webServer } from './relay/haproxy.ts';

const BACKEND = '127.77.0.1';
const HAPROXY = '127.77.0.2';
const KUBERNATS = '127.77.0.3';
const [WEB, ECHO, SOURCE] = [9001, 9002, 9003];
const ROUNDS = 5;
const CONNECT_SECONDS = 3;
const STREAM_MS = 2000;
const TRIPS = 2000;
const FIRST_ANSWERS = 300;
const MEGABYTE = 1e6;

/** What a Service's relay costs: beside haproxy, with the same clients and backends in processes of their own, turn by turn. */
export const relay: Benchmark = {
  name: 'relay',
  async run(): Promise<Measurement[]> {
    using stack = new DisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'kubernats-relay-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    stack.use(script('backend.ts', BACKEND, ECHO, SOURCE));
    const plane = stack.use(script('plane.ts', KUBERNATS, BACKEND, WEB, ECHO, SOURCE));
    await Promise.all([ECHO, SOURCE].map((port) => listening({ host: KUBERNATS, port })));
    const latency = await addedLatency();
    const programs = await debianPrograms().catch((error: Error) => {
      console.error(`haproxy and wrk could not be had from Debian, so that nothing is compared with them: ${error.message}`);
    });
    if (!programs) return [...latency, megabytes('bytes', await bytesPerSecond({ host: KUBERNATS, port: SOURCE }, STREAM_MS))];
    stack.use(webServer(programs, folder, { host: BACKEND, port: WEB }));
    const peer = stack.use(haproxyRelay(programs, folder, HAPROXY, BACKEND, [WEB, SOURCE]));
    await Promise.all([BACKEND, HAPROXY, KUBERNATS].map((host) => listening({ host, port: WEB })));
    const relays = [new Relay(HAPROXY, peer.pid), new Relay(KUBERNATS, plane.pid)] as const;
    return [...(await connections(programs, relays)), ...(await bytes(relays)), ...latency];
  },
};

const script = (file: string, ...args: (string | number)[]) =>
  running(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'relay', file), ...args.map(String)]);

const megabytes = (name: string, perSecond: number): Measurement => ({ name: `relay, ${name}`, value: perSecond / MEGABYTE, unit: 'MB/s' });

/** One of the two, and what it has reached so far. */
class Relay {
  /** Per second of time, and per second of its own processor time. */
  readonly rates: number[] = [];
  readonly perCpu: number[] = [];
  readonly host: string;
  readonly #pid: number;

  constructor(host: string, pid: number) {
    this.host = host;
    this.#pid = pid;
  }

  async measure(port: number, work: (target: Target) => Promise<number>): Promise<void> {
    const [from, cpuBefore] = [performance.now(), cpuMs(this.#pid)];
    const rate = await work({ host: this.host, port });
    const cpuShare = (cpuMs(this.#pid) - cpuBefore) / (performance.now() - from);
    this.rates.push(rate);
    this.perCpu.push(rate / cpuShare);
  }
}

type Relays = readonly [haproxy: Relay, kubernats: Relay];

/** Both in turn, several times: what else happens on the machine then meets both. */
async function inTurn(relays: Relays, port: number, work: (target: Target) => Promise<number>): Promise<void> {
  for (const relay of relays) relay.rates.length = relay.perCpu.length = 0;
  for (let round = 0; round < ROUNDS; round++) for (const relay of relays) await relay.measure(port, work);
}

/** Kubernats' share of haproxy's, in percent: of each round, and the median of them. */
function shares([haproxy, kubernats]: Relays, what: string, atLeast: number): Measurement[] {
  const share = (ours: readonly number[], theirs: readonly number[]): number =>
    100 * median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
  return [
    { name: `relay, ${what}, share of haproxy's`, value: share(kubernats.rates, haproxy.rates), unit: '%', goal: { atLeast } },
    { name: `relay, ${what}, the same per processor time`, value: share(kubernats.perCpu, haproxy.perCpu), unit: '%' },
  ];
}

async function connections(programs: DebianPrograms, relays: Relays): Promise<Measurement[]> {
  await inTurn(relays, WEB, (target) => newConnections(programs, target, CONNECT_SECONDS));
  const [haproxy, kubernats] = relays;
  return [
    { name: 'relay, new connections', value: median(kubernats.rates), unit: '1/s' },
    { name: 'relay, new connections, haproxy', value: median(haproxy.rates), unit: '1/s' },
    ...shares(relays, 'new connections', 40),
  ];
}

async function bytes(relays: Relays): Promise<Measurement[]> {
  await inTurn(relays, SOURCE, (target) => bytesPerSecond(target, STREAM_MS));
  const [haproxy, kubernats] = relays;
  return [megabytes('bytes', median(kubernats.rates)), megabytes('bytes, haproxy', median(haproxy.rates)), ...shares(relays, 'bytes', 60)];
}

/** Over a direct connection; medians, in turn. */
async function addedLatency(): Promise<Measurement[]> {
  const added = async (measure: (target: Target) => Promise<number[]>): Promise<number> => {
    const differences: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const direct = median(await measure({ host: BACKEND, port: ECHO }));
      differences.push(median(await measure({ host: KUBERNATS, port: ECHO })) - direct);
    }
    return median(differences);
  };
  return [
    { name: 'relay, added latency, p50', value: await added((target) => roundTrips(target, TRIPS)), unit: 'ms', goal: { atMost: 0.2 } },
    {
      name: 'relay, added latency of a new connection, p50',
      value: await added((target) => firstAnswers(target, FIRST_ANSWERS)),
      unit: 'ms',
    },
  ];
}
