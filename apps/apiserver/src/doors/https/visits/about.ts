import { parseGoDuration } from '@kubernats/apimachinery';
import { badRequest } from '@kubernats/errors';
import type { RequestKind } from '../../../instrumentation/instrumentation.ts';
import { labelsOfMethod, labelsOfPath, labelsOfResource, type RequestLabels } from '../../../instrumentation/request-labels.ts';
import type { ParsedPath } from '../parse-path.ts';

/** What limits and metrics need to know of a request. */
export interface About {
  labels: RequestLabels;
  /** Undefined: it counts against no limit. */
  kind: RequestKind | undefined;
  isLongRunning: boolean;
}

/** As `--long-running-request-regexp` and its kin of kube-apiserver; `trace` is kubernats' own stream. */
const LONG_RUNNING = new Set(['attach', 'exec', 'proxy', 'log', 'portforward', 'trace']);
const READS = new Set(['get', 'list', 'watch']);
/** Who asks for a server's health must be answered when it is busiest. */
const HEALTH = /^\/(?:healthz|livez|readyz)(?:\/|$)/;
const APPLY_TYPE = 'application/apply-patch+yaml';

export function aboutOf(parsed: ParsedPath, method: string, contentType: string | undefined): About {
  if (parsed.isServed === false) return { labels: labelsOfMethod(method), kind: 'mutating', isLongRunning: false };
  if (parsed.type === 'other') {
    const kind = HEALTH.test(parsed.path) ? undefined : method === 'GET' ? 'readOnly' : 'mutating';
    return { labels: labelsOfPath(method, parsed.path), kind, isLongRunning: false };
  }
  const { verb, subresource } = parsed.request;
  const isLongRunning = verb === 'watch' || (subresource !== undefined && LONG_RUNNING.has(subresource));
  const isApply = verb === 'patch' && contentType !== undefined && contentType.startsWith(APPLY_TYPE);
  const kind = isLongRunning ? undefined : READS.has(verb) ? 'readOnly' : 'mutating';
  return { labels: labelsOfResource(parsed.request, isApply), kind, isLongRunning };
}

/**
 * How long the client itself would wait (`?timeout=`), in milliseconds; undefined where it says nothing, or for ever. Throws BadRequest. Source:
 * the request deadline of kube-apiserver.
 */
export function timeoutOf({ timeout }: Readonly<Record<string, string>>): number | undefined {
  if (timeout === undefined || timeout === '') return undefined;
  try {
    const ms = parseGoDuration(timeout);
    return ms > 0 ? ms : undefined;
  } catch (error) {
    throw badRequest(`invalid timeout specified in the request URL - ${error instanceof Error ? error.message : String(error)}`);
  }
}
