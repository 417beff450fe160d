import type { Clock, Timer } from '@kubernats/clock';
import type { Address, Connection, Network } from '@kubernats/net';
import { encodeReply } from '../message/encode-reply.ts';
import { emptyReply, PLAIN_UDP_BYTES, type Query, type Reply, SAFE_UDP_BYTES } from '../message/message.ts';
import { readQuery } from '../message/read-query.ts';
import { framed, MessageReader } from './framing.ts';

/** An answer, or the whole message that another server gave to the same question. */
export type Answered = Reply | Uint8Array;

/** Answers one query. `bytes` is the message as it came; `transport` is how. */
export type AnswerQuery = (query: Query, bytes: Uint8Array, transport: 'udp' | 'tcp') => Promise<Answered> | Answered;

export interface DnsServerParts {
  network: Network;
  clock: Clock;
  answer: AnswerQuery;
  /** Whether names of other zones are looked up too: what the flag RA says. */
  recursion: boolean;
  onError(error: unknown): void;
}

/** How long a connection may take to ask, and to take the answer. RFC 7766 leaves it to the server; 10 s is CoreDNS'. */
const TCP_IDLE_MS = 10_000;
/** A connection is a descriptor: beyond so many, the ones that come are refused. */
const TCP_CONNECTIONS_MAX = 512;

/** Answers DNS queries at an address over UDP and TCP. Throws a `NetworkError` when the address cannot be had; then nothing is open. */
export async function serveDns(address: Address, parts: DnsServerParts): Promise<AsyncDisposable> {
  const { network, clock, recursion, onError } = parts;
  const open = new Set<Connection>();

  async function answerTo(bytes: Uint8Array, transport: 'udp' | 'tcp'): Promise<Uint8Array | undefined> {
    const query = readQuery(bytes);
    if (query === undefined || query instanceof Uint8Array) return query;
    const maxBytes = transport === 'tcp' ? 65_535 : datagramBytes(query);
    const answered = await decide(query, bytes, transport);
    return answered instanceof Uint8Array ? answered : encodeReply(query, answered, { maxBytes, recursion });
  }

  async function decide(query: Query, bytes: Uint8Array, transport: 'udp' | 'tcp'): Promise<Answered> {
    if (query.edns && query.edns.version !== 0) return emptyReply('BADVERS');
    try {
      return await parts.answer(query, bytes, transport);
    } catch (error) {
      onError(error);
      return emptyReply('SERVFAIL');
    }
  }

  /** One connection, question by question; answers wait for a reader, and then so do questions. */
  async function converse(connection: Connection): Promise<void> {
    if (open.size >= TCP_CONNECTIONS_MAX) return connection.reset();
    open.add(connection);
    connection.once('close', () => open.delete(connection));
    let idle: Timer | undefined;
    const stillHere = (): void => {
      idle?.cancel();
      idle = clock.setTimer(TCP_IDLE_MS, () => connection.destroy());
    };
    stillHere();
    try {
      const reader = new MessageReader();
      for await (const chunk of connection) {
        for (const message of reader.take(chunk as Uint8Array)) {
          stillHere();
          const answer = await answerTo(message, 'tcp');
          if (answer && !connection.write(framed(answer))) await drained(connection);
          if (connection.destroyed) return;
        }
      }
      connection.end();
    } catch {
      // The peer has gone.
      connection.destroy();
    } finally {
      idle?.cancel();
    }
  }

  const socket = await network.bindUdp(address, ({ data, from }, self) => {
    answerTo(data, 'udp').then((answer) => {
      if (answer) self.send(answer, from);
    }, onError);
  });
  try {
    const listener = await network.listen({ host: address.host, port: socket.address.port }, (connection) => void converse(connection));
    return {
      async [Symbol.asyncDispose]() {
        await Promise.all([listener.close(), socket.close()]);
        for (const connection of open) connection.destroy();
      },
    };
  } catch (error) {
    await socket.close();
    throw error;
  }
}

const datagramBytes = ({ edns }: Query): number =>
  edns === undefined ? PLAIN_UDP_BYTES : Math.max(PLAIN_UDP_BYTES, Math.min(edns.udpPayloadBytes, SAFE_UDP_BYTES));

function drained(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      connection.off('drain', go);
      connection.off('close', go);
      resolve();
    };
    connection.on('drain', go);
    connection.on('close', go);
  });
}
