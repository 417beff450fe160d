import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock, Random } from '@kubernats/clock';
import { StatusError, timeout, unavailable } from '@kubernats/errors';
import { errorOf } from '../../json.ts';
import type { ApiRequest, ApiResponse, ApiTransport } from '../../transport.ts';
import { followHttp, type HttpDoor } from '../follow.ts';
import { httpTarget } from '../path.ts';

export interface HttpsTransportOptions {
  /** `https://host:port`, or `http://…` for a `kubectl proxy`. */
  url: string;
  /** PEM texts, as a kubeconfig carries them. */
  ca?: string;
  cert?: string;
  key?: string;
  /** Instead of a client certificate. */
  token?: string;
  userAgent?: string;
  clock: Clock;
  random: Random;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const SOCKETS_MAX = 64;

/** A transport that also hands over an answer as it comes: a log, a trace. */
export interface HttpsTransport extends ApiTransport, Disposable {
  /** Rejects with the `StatusError` that was answered instead, or that says why there is no answer. The bytes end in an error when they break off. */
  stream(request: ApiRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** Reaches an API server over HTTPS, as clients outside the cluster do. Works with any Kubernetes API server. */
export function httpsTransport(options: HttpsTransportOptions): HttpsTransport {
  const { url, ca, cert, key, clock, random } = options;
  const base = new URL(url);
  const secure = base.protocol === 'https:';
  const keep = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: SOCKETS_MAX };
  const agent = secure ? new HttpsAgent({ ...keep, ca, cert, key }) : new HttpAgent(keep);

  function open(request: ApiRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const { method, path } = httpTarget(request);
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': options.userAgent ?? 'kubernats' };
    if (options.token) headers.authorization = `Bearer ${options.token}`;
    if (request.body) {
      headers['content-type'] = request.contentType ?? 'application/json';
      headers['content-length'] = String(request.body.length);
    }
    return new Promise((resolve, reject) => {
      const send = secure ? httpsRequest : httpRequest;
      const outgoing = send(new URL(path, base), { method, headers, agent, signal }, resolve);
      outgoing.on('error', (error) => reject(signal?.aborted ? signal.reason : unavailable(`${base.origin}: ${error.message}`)));
      outgoing.end(request.body);
    });
  }

  const door: HttpDoor = {
    async request(request, { signal }): Promise<ApiResponse> {
      const answer = await open(request, signal);
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const warnings = warningsOf(answer);
      return { code: answer.statusCode ?? 500, body: Buffer.concat(chunks), ...(warnings.length > 0 ? { warnings } : {}) };
    },
    async stream(request, signal) {
      const answer = await open(request, signal);
      if (answer.statusCode === 200) return answer;
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      throw errorOf({ code: answer.statusCode ?? 500, body: Buffer.concat(chunks) });
    },
  };

  return {
    async request(request, { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = {}) {
      const limit = new AbortController();
      const timer = clock.setTimer(timeoutMs, () => limit.abort(timeout(`${base.origin} did not answer within ${timeoutMs} ms`)));
      try {
        return await door.request(request, { signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal });
      } catch (error) {
        // A body that breaks off at the limit reports the socket, not the limit.
        if (limit.signal.aborted && !(error instanceof StatusError)) throw limit.signal.reason;
        throw error;
      } finally {
        timer.cancel();
      }
    },
    stream: door.stream,
    follow: (target, sink, signal) => followHttp({ door, clock, random }, target, sink, signal),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** The texts of `Warning: 299 - "…"` headers. */
function warningsOf(answer: IncomingMessage): string[] {
  const headers = answer.headersDistinct.warning ?? [];
  return headers.flatMap((header) =>
    [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1')),
  );
}
