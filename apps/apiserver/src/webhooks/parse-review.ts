import { inspectJson } from '@kubernats/api';
import { isJsonObject, type JsonObject } from '@kubernats/apimachinery';
import { WebhookCallError } from './webhook-client.ts';

/** What a webhook answers, of admission or of conversion; nothing of it is checked. Throws a `WebhookCallError` in the words of a client of Kubernetes. */
export function parseReview(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new WebhookCallError(`couldn't get version/kind; json parse error: ${inspectJson(bytes).error ?? 'invalid JSON'}`);
  }
  if (isJsonObject(value)) return value;
  if (value === null) return {};
  const go = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  throw new WebhookCallError(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type ${go}`,
  );
}

/** The type of a JSON value, as Go names it. */
export function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
