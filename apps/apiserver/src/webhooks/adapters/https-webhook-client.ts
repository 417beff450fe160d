import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { StatusError } from '@kubernats/errors';
import { failureText } from '../../proxy/failure-text.ts';
import { answerProblem, type WebhookAnswer } from '../answer-problem.ts';
import { WebhookCallError, type WebhookClient } from '../webhook-client.ts';
import { timeoutText, type WebhookTarget, webhookTarget } from '../webhook-target.ts';
import { type KeptConnections, sendKept } from './kept-connections.ts';
import { TransportError } from './secure-connection.ts';
import { type Attempt, type ConnectDeps, webhookConnections } from './webhook-connections.ts';

/** As much as a request to the API may have: what is longer is no answer. */
const ANSWER_BYTES_MAX = 3 * 1024 * 1024;

/** Webhooks whose connections are kept: as in Kubernetes. Of more the one that was called longest ago is forgotten. */
const AGENTS_MAX = 200;

const DEADLINE = 'context deadline exceeded';

/** Calls webhooks over HTTP/1.1 and TLS, on connections of `network` that are kept for the next call. */
export function httpsWebhookClient(deps: ConnectDeps): WebhookClient {
  const agents = new Map<string, KeptConnections<Attempt>>();

  const agentOf = (target: WebhookTarget): KeptConnections<Attempt> => {
    const agent = agents.get(target.key) ?? webhookConnections(deps, target);
    agents.delete(target.key);
    agents.set(target.key, agent);
    const [oldest] = agents;
    if (oldest && agents.size > AGENTS_MAX) {
      agents.delete(oldest[0]);
      oldest[1].destroy();
    }
    return agent;
  };

  return {
    async call(config, body, { timeoutMs, signal }) {
      signal?.throwIfAborted();
      const target = webhookTarget(config);
      const path = `${target.path}?timeout=${timeoutText(timeoutMs)}`;
      const stop = new AbortController();
      const deadline = deps.clock.setTimer(timeoutMs, () => stop.abort(new TransportError(DEADLINE)));
      const onAbort = () => stop.abort(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const attempt: Attempt = { signal: stop.signal };
      try {
        return checked(await send(agentOf(target), { target, path, body }, attempt));
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof WebhookCallError) throw error;
        const { address = target } = attempt;
        throw new WebhookCallError(`Post "https://${target.authority}${path}": ${textOf(stop.signal.reason ?? error, address)}`);
      } finally {
        deadline.cancel();
        signal?.removeEventListener('abort', onAbort);
      }
    },
    [Symbol.dispose]() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

interface Asked {
  target: WebhookTarget;
  path: string;
  body: string;
}

function send(agent: KeptConnections<Attempt>, { target, path, body }: Asked, attempt: Attempt): Promise<WebhookAnswer> {
  const options = {
    method: 'POST',
    path,
    agent,
    attempt,
    signal: attempt.signal,
    headers: {
      host: target.authority,
      'user-agent': 'kube-apiserver-admission',
      accept: 'application/json, */*',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  };
  return sendKept(options, body, (answer) => read(answer, attempt.signal));
}

async function read(answer: IncomingMessage, signal: AbortSignal): Promise<WebhookAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > ANSWER_BYTES_MAX) throw new WebhookCallError(`the response is longer than ${ANSWER_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    answer.destroy();
    if (error instanceof WebhookCallError) throw error;
    const why = signal.aborted ? DEADLINE : 'unexpected EOF';
    throw new WebhookCallError(`unexpected error when reading response body. Please retry. Original error: ${why}`);
  }
  return { code: answer.statusCode ?? 0, contentType: answer.headers['content-type'] ?? '', body: Buffer.concat(chunks) };
}

function checked(answer: WebhookAnswer): Uint8Array {
  const problem = answerProblem(answer);
  if (problem !== undefined) throw new WebhookCallError(problem);
  return answer.body;
}

function textOf(error: unknown, address: { host: string; port: number }): string {
  return error instanceof TransportError || error instanceof StatusError ? error.message : failureText(error, address);
}
