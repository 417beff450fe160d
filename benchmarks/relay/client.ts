import { connect, type Socket } from 'node:net';
import { run } from '@kubernats/testing/real-cluster';
import type { DebianPrograms } from './debian.ts';

export interface Target {
  host: string;
  port: number;
}

const READ_BYTES = 256 * 1024;
const CONNECTIONS = 32;

/** New connections a second, each with one small request and its answer. */
export async function newConnections({ wrk, env }: DebianPrograms, { host, port }: Target, seconds: number): Promise<number> {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-H', 'Connection: close', `http://${host}:${port}/`];
  const { stdout, stderr } = await run(wrk, args, { env });
  const rate = Number(/^Requests\/sec:\s+([\d.]+)/m.exec(stdout)?.[1]);
  if (!rate || /Socket errors|Non-2xx/.test(stdout)) throw new Error(`wrk at ${host}:${port} says: ${stdout}${stderr}`);
  return rate;
}

/** Bytes a second that arrive over `count` connections together. */
export async function bytesPerSecond(target: Target, ms: number, count = 4): Promise<number> {
  let bytes = 0;
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) sockets.push(await open(target, (byteCount) => (bytes += byteCount)));
  await passed(ms / 5);
  const [from, before] = [performance.now(), bytes];
  await passed(ms);
  const rate = (bytes - before) / ((performance.now() - from) / 1000);
  for (const socket of sockets) socket.destroy();
  return rate;
}

/** Milliseconds of each of `times` round trips of a small message over one open connection. */
export async function roundTrips(target: Target, times: number): Promise<number[]> {
  let answered = (): void => {};
  const socket = await open(target, () => answered());
  const trips: number[] = [];
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    await new Promise<void>((resolve) => {
      answered = resolve;
      socket.write('ping');
    });
    trips.push(performance.now() - from);
  }
  socket.destroy();
  return trips;
}

/** Milliseconds of each of `times` new connections until the first answer is there. */
export async function firstAnswers(target: Target, times: number): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) took.push(await firstAnswer(target));
  return took;
}

async function firstAnswer(target: Target): Promise<number> {
  const from = performance.now();
  const answered = Promise.withResolvers<void>();
  const socket = await open(target, () => answered.resolve());
  socket.write('ping');
  await answered.promise;
  const ms = performance.now() - from;
  socket.destroy();
  return ms;
}

/** Resolves when somebody listens there. */
export async function listening(target: Target): Promise<void> {
  for (;;) {
    const socket = await open(target, () => {}).catch(() => undefined);
    if (socket) return void socket.destroy();
    await passed(20);
  }
}

function open({ host, port }: Target, onBytes: (byteCount: number) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (byteCount: number) => {
        onBytes(byteCount);
        return true;
      },
    };
    const socket = connect({ host, port, noDelay: true, onread }, () => resolve(socket));
    socket.on('error', reject);
  });
}

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
