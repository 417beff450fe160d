import { goQuote } from '@kubernats/apimachinery';

/** A webhook's answer. */
export interface WebhookAnswer {
  code: number;
  /** '' where the head says nothing. */
  contentType: string;
  body: Uint8Array;
}

/** As much of a body that is no Status is shown. */
const SHOWN_BYTES_MAX = 2048;

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** Codes whose body says it all. */
const SELF_SPEAKING = new Set([403, 406, 415]);

/** Why an answer cannot be a review; undefined: it may be one. Source: Kubernetes' client, in whose words. */
export function answerProblem({ code, contentType, body }: WebhookAnswer): string | undefined {
  if (code < 200 || code > 206) return statusMessage(contentType, body) ?? refusalMessage(code, shown(contentType, body));
  if (contentType !== '' && mediaType(contentType) !== 'application/json') return `serializer for ${contentType} doesn't exist`;
  if (body.length === 0) return `0-length response with status code: ${code} and content type: ${contentType}`;
  return undefined;
}

function refusalMessage(code: number, text: string): string {
  if (SELF_SPEAKING.has(code)) return text;
  const message = MESSAGES[code];
  if (message !== undefined) return message;
  return code >= 500
    ? `an error on the server (${goQuote(text)}) has prevented the request from succeeding`
    : `the server responded with the status code ${code} but did not return more information`;
}

/** A body that is a Status of failure speaks for itself. */
function statusMessage(contentType: string, body: Uint8Array): string | undefined {
  if (body.length === 0 || (contentType !== '' && mediaType(contentType) !== 'application/json')) return undefined;
  try {
    const value = JSON.parse(new TextDecoder().decode(body)) as { kind?: unknown; status?: unknown; message?: unknown } | null;
    const isFailure = value?.status === 'Failure' && (value.kind ?? 'Status') === 'Status';
    return isFailure ? String(value.message ?? 'unknown') : undefined;
  } catch {
    return undefined;
  }
}

function shown(contentType: string, body: Uint8Array): string {
  if (contentType !== '' && !mediaType(contentType).startsWith('text/')) return 'unknown';
  return new TextDecoder().decode(body.subarray(0, SHOWN_BYTES_MAX)).trim();
}

const mediaType = (contentType: string): string => contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
