import { inspectJson } from '@kubernats/api';
import { applyJsonPatch, getPath, goQuote, isJsonObject } from '@kubernats/apimachinery';
import { StatusError } from '@kubernats/errors';
import { jsonTypeOf } from './parse-review.ts';
import { CallingWebhookError } from './refusal.ts';
import type { Decision } from './review-response.ts';

/** The operations of a webhook's patch; none where it changes nothing. Throws `CallingWebhookError` for what is no JSON patch. */
export function operationsOf(webhook: string, { patch, patchType }: Decision): readonly unknown[] {
  if (patch === undefined) return [];
  const undecodable = (why: string) => new CallingWebhookError(webhook, `received undecodable patch in webhook response: ${why}`);
  let operations: unknown;
  try {
    operations = JSON.parse(patch);
  } catch {
    throw undecodable(inspectJson(new TextEncoder().encode(patch)).error ?? 'invalid JSON');
  }
  if (operations === null) return [];
  if (!Array.isArray(operations))
    throw undecodable(`json: cannot unmarshal ${jsonTypeOf(operations)} into Go value of type jsonpatch.Patch`);
  if (operations.length > 0 && patchType !== 'JSONPatch') {
    throw new CallingWebhookError(webhook, `unsupported patch type ${goQuote(patchType ?? '')}`);
  }
  return operations;
}

/** A patch does not apply: which of its operations, and why, in the words of Kubernetes' library. */
export class PatchProblem extends Error {
  /** What a `test` asked for is not so. */
  readonly isFailedTest: boolean;

  constructor(message: string, { isFailedTest = false } = {}) {
    super(message);
    this.isFailedTest = isFailedTest;
  }
}

/** The document after all operations. Throws a PatchProblem. */
export function applyOperations(document: unknown, operations: readonly unknown[]): unknown {
  try {
    return applyJsonPatch(document, operations);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw error.reason === 'Invalid' ? firstProblem(document, operations) : new PatchProblem(error.message);
  }
}

function firstProblem(document: unknown, operations: readonly unknown[]): PatchProblem {
  let at = document;
  for (const operation of operations) {
    try {
      at = applyJsonPatch(at, [operation]);
    } catch {
      return new PatchProblem(problemOf(at, operation), { isFailedTest: isJsonObject(operation) && operation.op === 'test' });
    }
  }
  return new PatchProblem('the patch does not apply');
}

/** Source: the errors of evanphx/json-patch. */
function problemOf(document: unknown, operation: unknown): string {
  const { op = '', path = '', from = '' } = isJsonObject(operation) ? operation : {};
  const steps = stepsOf(String(path));
  const hasParent = getPath(document, steps.slice(0, -1)) !== undefined;
  switch (op) {
    case 'add':
      return hasParent ? `error in add for path: '${path}'` : `add operation does not apply: doc is missing path: "${path}": missing value`;
    case 'remove':
      if (!hasParent) return `remove operation does not apply: doc is missing path: "${path}": missing value`;
      return `error in remove for path: '${path}': Unable to remove nonexistent key: ${steps.at(-1)}: missing value`;
    case 'replace':
      return `replace operation does not apply: doc is missing ${hasParent ? 'key' : 'path'}: ${path}: missing value`;
    case 'move':
    case 'copy':
      return `${op} operation does not apply: doc is missing from path: ${from}: missing value`;
    case 'test':
      return `testing value ${path} failed: test failed`;
    default:
      return `Unexpected kind: ${String(op)}`;
  }
}

/** The steps of a JSON pointer (RFC 6901). */
const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
