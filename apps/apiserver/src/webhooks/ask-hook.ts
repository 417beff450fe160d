import { goQuote } from '@kubernats/apimachinery';
import { badRequest, timeout } from '@kubernats/errors';
import type { ConversionDeps } from '../conversion/ask-conversion.ts';
import { converting } from '../conversion/row-conversion.ts';
import type { Attributes } from './attributes.ts';
import type { Invocation } from './invocation.ts';
import { CallingWebhookError, WebhookRefusal } from './refusal.ts';
import { admissionReview } from './review-request.ts';
import { type Decision, InvalidReview, readReview, UndecodableReview } from './review-response.ts';
import { addWarning } from './warnings.ts';
import { WebhookCallError } from './webhook-client.ts';

/**
 * Asks a webhook about a request and gives its decision, which is to allow it. What it says beside goes to the call: warnings, annotations for
 * the audit log. Throws `CallingWebhookError` where there is no decision, and a `WebhookRefusal`.
 */
export async function askHook(deps: ConversionDeps, attributes: Attributes, invocation: Invocation, mutating: boolean): Promise<Decision> {
  const { hook } = invocation;
  const { call } = attributes;
  if (attributes.dryRun && !hook.allowsDryRun) throw badRequest(`admission webhook ${goQuote(hook.name)} does not support dry run`);
  const decision = await decisionOf(deps, attributes, invocation, mutating);
  for (const [key, value] of Object.entries(decision.auditAnnotations)) call.trail?.annotate(`${hook.name}/${key}`, value);
  for (const warning of decision.warnings) addWarning(call.warnings, warning);
  if (!decision.allowed) throw new WebhookRefusal(hook.name, decision.status);
  return decision;
}

async function decisionOf(deps: ConversionDeps, attributes: Attributes, invocation: Invocation, mutating: boolean): Promise<Decision> {
  const { name, clientConfig, timeoutMs, reviewVersion: version } = invocation.hook;
  const { signal } = attributes.call;
  const { client, ids } = deps;
  const uid = ids.uid();
  try {
    const body = await converting(deps, () => admissionReview(attributes, invocation, uid));
    const bytes = await client.call(clientConfig, body, { timeoutMs, ...(signal ? { signal } : {}) });
    return readReview(bytes, { uid, version, mutating });
  } catch (error) {
    if (signal?.aborted) throw timeout('request did not complete within requested timeout');
    if (error instanceof WebhookCallError) {
      throw new CallingWebhookError(
        name,
        `${error.isMisconfigured ? 'could not get REST client' : 'failed to call webhook'}: ${error.message}`,
      );
    }
    if (error instanceof UndecodableReview) throw new CallingWebhookError(name, `failed to call webhook: ${error.message}`);
    if (error instanceof InvalidReview) throw new CallingWebhookError(name, `received invalid webhook response: ${error.message}`);
    throw error;
  }
}
