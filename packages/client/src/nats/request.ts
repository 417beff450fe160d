import { apiSubject, type Bus } from '@kubernats/bus';
import { StatusError } from '@kubernats/errors';
import type { ApiRequest, ApiResponse } from '../transport.ts';
import { decodeFrame, encodeFrame, type RequestHead, type ResponseHead } from '../wire.ts';

/** Whose requests these are, and where they go. */
export interface NatsDoor {
  bus: Bus;
  cluster: string;
  identity: string;
}

export interface SendOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Asks whichever API server of the queue group takes it, and puts the chunks of a long answer together. */
export async function sendRequest(door: NatsDoor, request: ApiRequest, options: SendOptions = {}): Promise<ApiResponse> {
  const { verb, group, resource, body, ...head } = request;
  const subject = apiSubject(door.cluster, door.identity, verb, group, resource);
  const frame = encodeFrame(head satisfies RequestHead, body);
  if (frame.length > door.bus.maxPayloadBytes) {
    throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${door.bus.maxPayloadBytes}`);
  }
  const chunks: Uint8Array[] = [];
  let last: ResponseHead | undefined;
  const isLast = (data: Uint8Array): boolean => {
    const chunk = decodeFrame<ResponseHead>(data);
    chunks.push(chunk.body);
    last = chunk.head;
    return chunk.head.more !== true;
  };
  for await (const _ of door.bus.requestMany(subject, frame, isLast, options)) {
    // isLast has kept it.
  }
  if (!last || last.more) throw new StatusError('Timeout', 'the answer broke off');
  return { code: last.code, body: joined(chunks), ...(last.warnings ? { warnings: last.warnings } : {}) };
}

function joined(chunks: Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
