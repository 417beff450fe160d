import {
  Agent,
  type AgentOptions,
  type ClientRequest,
  type ClientRequestArgs,
  type IncomingMessage,
  request as startRequest,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { systemCode } from '@kubernats/errors';

/** As in Kubernetes: how long a connection waits for its next request, and how many of them wait at a server. */
const IDLE_MS = 90_000;
const IDLE_MAX = 25;

/** Connections to one server, kept for the next request. A request brings the `attempt` that it is, by which a new one is made where none waits. */
export class KeptConnections<Attempt extends object> extends Agent {
  readonly #connect: (attempt: Attempt) => Promise<TLSSocket>;
  #isClosed = false;

  constructor(connect: (attempt: Attempt) => Promise<TLSSocket>) {
    super({ keepAlive: true, timeout: IDLE_MS, maxFreeSockets: IDLE_MAX });
    this.#connect = connect;
  }

  override createConnection(options: ClientRequestArgs & AgentOptions & { attempt?: Attempt }, connected?: Connected): undefined {
    const { attempt } = options;
    if (!attempt || !connected) throw new Error('a request on a kept connection brings an attempt');
    this.#connect(attempt).then(
      (socket) => connected(null, socket),
      (error: Error) => connected(error, undefined as never),
    );
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // Node decides by what it gives back, which its types do not say.
    const isKept: unknown = super.keepSocketAlive(socket);
    return isKept !== false && !this.#isClosed;
  }

  /** None waits any longer. What is under way comes to its end. */
  close(): void {
    this.#isClosed = true;
    for (const waiting of Object.values(this.freeSockets)) for (const socket of waiting ?? []) socket.destroy();
  }
}

type Connected = (error: Error | null, socket: Duplex) => void;

/** Whether a request has failed because the other side had closed the kept connection a moment ago: then nobody has read it, and it can be sent again. */
export const isStale = (request: ClientRequest, error: unknown): boolean =>
  request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(systemCode(error) ?? '');

/** A request on a kept connection, which brings its attempt. */
interface KeptRequest<Attempt extends object> extends ClientRequestArgs {
  agent: KeptConnections<Attempt>;
  attempt: Attempt;
  signal: AbortSignal;
}

/** Sends a request that may be sent twice, as often as it is stale, and gives what `read` makes of the answer. Rejects with what goes wrong. */
export async function sendKept<Attempt extends object, Answer extends object>(
  options: KeptRequest<Attempt>,
  body: string | undefined,
  read: (answer: IncomingMessage) => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    const answer = await sendOnce(options, body, read);
    if (answer !== 'stale') return answer;
  }
}

function sendOnce<Attempt extends object, Answer extends object>(
  options: KeptRequest<Attempt>,
  body: string | undefined,
  read: (answer: IncomingMessage) => Promise<Answer>,
): Promise<Answer | 'stale'> {
  return new Promise((resolve, reject) => {
    const request = startRequest(options);
    request.on('error', (error) => (isStale(request, error) && !options.signal.aborted ? resolve('stale') : reject(error)));
    request.on('response', (answer) => read(answer).then(resolve, reject));
    request.end(body);
  });
}
