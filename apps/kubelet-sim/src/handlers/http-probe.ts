import type { HTTPGetAction } from '@kubernats/api';
import { type Finding, failure, type Limits, success, type Target } from './handler.ts';
import { GetError, get } from './http-get.ts';
import { type GetRequest, requestOf } from './http-request.ts';

/** A probe that gets a page: 200 to 399 is healthy, though an answer that leads to another host is worth a warning. */
export async function probeHttp(action: HTTPGetAction, target: Target, limits: Limits): Promise<Finding> {
  let request: GetRequest;
  try {
    request = requestOf(action, target.container, target.podIp, 'probe');
  } catch (error) {
    return { result: 'unknown', error: error instanceof Error ? error.message : String(error) };
  }
  try {
    const { status, body } = await get(request, target, limits);
    if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`);
    return status < 300 ? success(body) : { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
  } catch (error) {
    if (!(error instanceof GetError)) throw error;
    return error.phase === 'headers' ? failure(error.message) : { result: 'failure', error: error.message };
  }
}
