import { Buffer } from 'node:buffer';
import { StatusError } from '@kubernats/errors';
import type { ApiResponse } from './transport.ts';

const decoder = new TextDecoder();

/** By way of a Buffer: a TextEncoder takes ten times as long for texts of the length of most objects. */
export const encodeJson = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** Parses what an API server sent. The type is the caller's claim about the resource that was asked for. */
export function decodeJson<T>(bytes: Uint8Array): T {
  return JSON.parse(decoder.decode(bytes)) as T;
}

/** The bytes of a successful answer. Throws the `StatusError` that a failed one stands for. */
export function successBody(response: ApiResponse): Uint8Array {
  if (response.code >= 200 && response.code < 300) return response.body;
  throw errorOf(response);
}

/** The error that an answer with a code of 400 or more stands for, whether or not its body is a `Status`. */
export function errorOf(response: ApiResponse): StatusError {
  const text = decoder.decode(response.body);
  try {
    const status: unknown = JSON.parse(text);
    if (typeof status === 'object' && status !== null && 'kind' in status && status.kind === 'Status') {
      return StatusError.fromStatus({ code: response.code, ...status });
    }
  } catch {
    // Not JSON: a proxy or a server that is not a Kubernetes API answered.
  }
  return StatusError.fromStatus({ code: response.code, message: text === '' ? `the server answered ${response.code}` : text });
}
