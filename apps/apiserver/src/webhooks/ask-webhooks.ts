import { deepEqual, goQuote } from '@kubernats/apimachinery';
import type { Log } from '@kubernats/client';
import { internalError, StatusError } from '@kubernats/errors';
import type { ConversionDeps } from '../conversion/ask-conversion.ts';
import { converting } from '../conversion/row-conversion.ts';
import { askHook } from './ask-hook.ts';
import type { Attributes } from './attributes.ts';
import type { Hook } from './hook.ts';
import { type Invocation, invocationOf, type Surroundings } from './invocation.ts';
import { applyOperations, operationsOf, PatchProblem } from './patch.ts';
import { CallingWebhookError } from './refusal.ts';
import type { Round } from './reinvocation.ts';

export interface WebhooksDeps extends ConversionDeps, Surroundings {
  log: Log;
  /** Hears of every call when it is over: for metrics. */
  observe?(seen: WebhookCallSeen): void;
}

/** A call of a webhook that is over. */
export interface WebhookCallSeen {
  webhook: string;
  type: 'admit' | 'validating';
  operation: Attributes['operation'];
  durationMs: number;
  /** Without a decision a request is refused, or let through by the failure policy. */
  outcome: 'allowed' | 'refused' | 'failed' | 'failed open' | 'internal error';
  /** Of HTTP, as for the request. */
  code: number;
}

const OK = 200;
const UNAVAILABLE = 503;

/**
 * Asks mutating webhooks one after the other; each sees what those before it have made of the object. Gives whether they have changed it. In the
 * second round only those are asked that `reinvocation` names. Throws what refuses the request.
 */
export async function askMutating(
  deps: WebhooksDeps,
  attributes: Attributes,
  hooks: readonly Hook[],
  { reinvocation, isSecond }: Round,
): Promise<boolean> {
  let isChanged = false;
  if (isSecond) reinvocation.beginAgain(attributes.object);
  for (const [index, hook] of hooks.entries()) {
    const invocation = await converting(deps, () => invocationOf(hook, attributes, deps));
    if (!invocation || (isSecond && !reinvocation.isWanted(hook.id))) continue;
    const round = `round_${isSecond ? 1 : 0}_index_${index}`;
    const at = `mutation.webhook.admission.k8s.io/${round}`;
    const ask = () => mutateBy(deps, attributes, invocation, `patch.webhook.admission.k8s.io/${round}`);
    const mutated = await openOnFailure(deps, attributes, invocation, { type: 'admit', at }, ask);
    attributes.call.trail?.annotate(
      at,
      JSON.stringify({ configuration: hook.configuration, webhook: hook.name, mutated: mutated === true }),
    );
    if (mutated) reinvocation.changed();
    if (mutated) isChanged = true;
    if (hook.isReinvocable) reinvocation.wasAsked(hook.id);
  }
  if (!isSecond) reinvocation.end(attributes.object);
  return isChanged;
}

/** Asks validating webhooks, all at the same time. Throws what refuses the request; of several refusals the first by order. */
export async function askValidating(deps: WebhooksDeps, attributes: Attributes, hooks: readonly Hook[]): Promise<void> {
  const asked: { invocation: Invocation | undefined; index: number }[] = [];
  for (const [index, hook] of hooks.entries()) {
    asked.push({ invocation: await converting(deps, () => invocationOf(hook, attributes, deps)), index });
  }
  const outcomes = await Promise.allSettled(
    asked.map(async ({ invocation, index }) => {
      if (!invocation) return;
      const at = `validation.webhook.admission.k8s.io/round_0_index_${index}`;
      await openOnFailure(deps, attributes, invocation, { type: 'validating', at }, () => askHook(deps, attributes, invocation, false));
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Whether the webhook has changed the object. `at` is where the audit log has its patch. */
async function mutateBy(deps: WebhooksDeps, attributes: Attributes, invocation: Invocation, at: string): Promise<boolean> {
  const { hook, row } = invocation;
  const operations = operationsOf(hook.name, await askHook(deps, attributes, invocation, true));
  if (operations.length === 0) return false;
  const { form, object } = attributes;
  if (!object) {
    const what = `admission webhook ${goQuote(hook.name)} attempted to modify the object`;
    throw internalError(`${what}, which is not supported for this operation`);
  }
  const next = await converting(deps, () => form.read(patched(form.shown(object, row), operations), row));
  attributes.object = next;
  attributes.call.trail?.annotate(at, patchNote(hook, operations), 'Request');
  return !deepEqual(object, next);
}

/** Throws InternalError for a patch that does not apply. */
function patched(object: unknown, operations: readonly unknown[]): unknown {
  try {
    return applyOperations(object, operations);
  } catch (error) {
    throw error instanceof PatchProblem ? internalError(error.message) : error;
  }
}

const patchNote = ({ configuration, name }: Hook, patch: readonly unknown[]): string =>
  JSON.stringify({ configuration, webhook: name, patch, patchType: 'JSONPatch' });

/** What a webhook that gives no decision means is for its failure policy to say: nothing (undefined), or InternalError. */
async function openOnFailure<T>(
  { log, clock, observe }: WebhooksDeps,
  { call, operation }: Attributes,
  { hook }: Invocation,
  { type, at }: Pick<WebhookCallSeen, 'type'> & { at: string },
  ask: () => Promise<T>,
): Promise<T | undefined> {
  const { name: webhook, configuration, ignoresFailure } = hook;
  const begun = clock.monotonic();
  const seen = (outcome: WebhookCallSeen['outcome'], code: number): void =>
    observe?.({ webhook, type, operation, durationMs: clock.monotonic() - begun, outcome, code });
  try {
    const given = await ask();
    seen('allowed', OK);
    return given;
  } catch (error) {
    if (!(error instanceof CallingWebhookError)) {
      seen(error instanceof StatusError && error.reason !== 'InternalError' ? 'refused' : 'internal error', codeOf(error));
      throw error;
    }
    seen(ignoresFailure ? 'failed open' : 'failed', UNAVAILABLE);
    if (!ignoresFailure) throw internalError(error);
    log.warn({ webhook, configuration, error }, 'a webhook has failed and is ignored');
    call.trail?.annotate(`failed-open.${at}`, webhook);
    return undefined;
  }
}

const codeOf = (error: unknown): number => (error instanceof StatusError ? error.code : 500);
