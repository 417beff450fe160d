import { goQuote } from '@kubernats/apimachinery';
import { REASONS, type Reason, StatusError, type StatusObject } from '@kubernats/errors';
import type { Decision } from './review-response.ts';

/** A webhook has not given a decision: `failed calling webhook "x.y.z": …`. Its failure policy says what follows. */
export class CallingWebhookError extends Error {
  override readonly name = 'CallingWebhookError';

  constructor(webhook: string, why: string) {
    super(`failed calling webhook ${goQuote(webhook)}: ${why}`);
  }
}

const CODE_LEAST = 400;
const CODE_MOST = 999;

/** A webhook has refused the request. Reason, code and details are its own: on the wire a reason may be one that nobody knows, or none. */
export class WebhookRefusal extends StatusError {
  readonly #reason: string;

  constructor(webhook: string, { code = 0, message = '', reason = '', details }: NonNullable<Decision['status']> = {}) {
    const known: Reason = Object.hasOwn(REASONS, reason) ? (reason as Reason) : 'Unknown';
    super(known, refusalText(webhook, message || reason), details, codeOf(code));
    this.#reason = reason;
  }

  override toStatus(): StatusObject {
    return { ...super.toStatus(), ...(this.#reason === '' ? {} : { reason: this.#reason }) };
  }
}

function refusalText(webhook: string, why: string): string {
  const denied = `admission webhook ${goQuote(webhook)} denied the request`;
  return why === '' ? `${denied} without explanation` : `${denied}: ${why}`;
}

/** What is no refusal of HTTP is made one, and what is no code of HTTP is the webhook's mistake. */
function codeOf(code: number): number {
  if (code < CODE_LEAST) return CODE_LEAST;
  return Number.isInteger(code) && code <= CODE_MOST ? code : REASONS.InternalError.code;
}
