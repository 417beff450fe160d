import type { Clock } from '@kubernats/clock';
import { type Address, type Network, NetworkError } from '@kubernats/net';
import { framed, MessageReader } from '../server/framing.ts';

export interface ExchangeParts {
  network: Network;
  clock: Clock;
  /** The address that the question comes from; `0.0.0.0` leaves it to the system. */
  from: string;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

const noAnswer = ({ host, port }: Address): NetworkError => new NetworkError('ETIMEDOUT', `no answer from ${host}#${port}`);

/**
 * Sends a datagram and gives the first answer that `accepts` takes: others come from somebody else, or are late. Each has a socket of
 * its own, so that nobody can guess where an answer is expected. Throws a `NetworkError` (ETIMEDOUT, …), or the signal's reason.
 */
export async function exchangeUdp<T>(
  server: Address,
  message: Uint8Array,
  accepts: (bytes: Uint8Array) => T | undefined,
  { network, clock, from, timeoutMs, signal }: ExchangeParts,
): Promise<T> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  await using socket = await network.bindUdp({ host: from, port: 0 }, ({ data, from: sender }) => {
    if (sender.host !== server.host || sender.port !== server.port) return;
    const answer = accepts(data);
    if (answer !== undefined) resolve(answer);
  });
  const timer = clock.setTimer(timeoutMs, () => reject(noAnswer(server)));
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    socket.send(message, server);
    return await promise;
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', abort);
  }
}

/** The same over a connection: for answers that no datagram holds. */
export async function exchangeTcp<T>(
  server: Address,
  message: Uint8Array,
  accepts: (bytes: Uint8Array) => T | undefined,
  { network, clock, from, timeoutMs, signal }: ExchangeParts,
): Promise<T> {
  const limit = new AbortController();
  const timer = clock.setTimer(timeoutMs, () => limit.abort(noAnswer(server)));
  const either = signal ? AbortSignal.any([limit.signal, signal]) : limit.signal;
  try {
    const connection = await network.dial(server, { signal: either, ...(from === '0.0.0.0' ? {} : { localHost: from }) });
    either.addEventListener('abort', () => connection.destroy(), { once: true });
    try {
      connection.write(framed(message));
      const reader = new MessageReader();
      for await (const chunk of connection) {
        for (const bytes of reader.take(chunk as Uint8Array)) {
          const answer = accepts(bytes);
          if (answer !== undefined) return answer;
        }
      }
      throw noAnswer(server);
    } finally {
      connection.destroy();
    }
  } catch (error) {
    either.throwIfAborted();
    throw error;
  } finally {
    timer.cancel();
  }
}
