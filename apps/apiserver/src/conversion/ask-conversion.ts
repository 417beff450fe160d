import type { KubeObject, WebhookConversions } from '@kubernats/api';
import type { Clock, Ids } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { WebhookCallError, type WebhookClient } from '../webhooks/webhook-client.ts';
import { conversionReview, convertedObjects, reviewVersionOf } from './conversion-review.ts';
import { takeConverted } from './take-converted.ts';

export interface ConversionDeps {
  client: WebhookClient;
  clock: Clock;
  ids: Ids;
  /** Hears of every conversion when it is over: for metrics. */
  observeConversion?(seen: ConversionSeen): void;
}

/** A webhook has been asked to convert objects. */
export interface ConversionSeen {
  definition: string;
  fromVersion: string;
  toVersion: string;
  durationMs: number;
  /** Why it has not; undefined: it has. */
  failure: FailureType | undefined;
}

export type FailureType = 'call_failure' | 'malformed_response_failure' | 'partial_response_failure' | 'invalid_converted_object_failure';

/** The webhook of a definition has not converted objects, or not rightly. Kubernetes answers with such an error as it is, of no reason. */
export class ConversionFailure extends StatusError {
  readonly type: FailureType;

  constructor({ apiVersion, kind }: KubeObject, type: FailureType, why: string) {
    super('Unknown', `conversion webhook for ${apiVersion}, Kind=${kind} ${why}`);
    this.type = type;
  }
}

/** As in Kubernetes; a definition cannot say another. */
const TIMEOUT_MS = 30_000;

/**
 * Has the webhook of a definition convert objects, all of one version and at once, and gives them in their order. Throws `ConversionFailure`.
 */
export async function askConversion(
  deps: ConversionDeps,
  conversions: WebhookConversions,
  objects: readonly KubeObject[],
  apiVersion: string,
): Promise<KubeObject[]> {
  const { clock, observeConversion } = deps;
  const begun = clock.monotonic();
  const seen = (failure: FailureType | undefined): void =>
    observeConversion?.({
      definition: conversions.definitionName,
      fromVersion: versionOf(objects[0]?.apiVersion ?? ''),
      toVersion: versionOf(apiVersion),
      durationMs: clock.monotonic() - begun,
      failure,
    });
  try {
    const converted = await convert(deps, conversions, objects, apiVersion);
    seen(undefined);
    return converted;
  } catch (error) {
    seen(error instanceof ConversionFailure ? error.type : 'call_failure');
    throw error;
  }
}

const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

async function convert(
  deps: ConversionDeps,
  conversions: WebhookConversions,
  objects: readonly KubeObject[],
  apiVersion: string,
): Promise<KubeObject[]> {
  const [first = {}] = objects;
  const converted = await answered(deps, conversions, objects, apiVersion).catch((error: unknown) => {
    const type = error instanceof WebhookCallError ? 'call_failure' : 'malformed_response_failure';
    throw new ConversionFailure(first, type, `failed: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (converted.length !== objects.length) {
    const why = `returned ${converted.length} objects, expected ${objects.length}`;
    throw new ConversionFailure(first, 'partial_response_failure', why);
  }
  return objects.map((object, i) => {
    try {
      const taken = takeConverted(object, converted[i], apiVersion);
      conversions.conform(taken);
      return taken;
    } catch (error) {
      const why = `returned ${error instanceof Error ? error.message : String(error)}`;
      throw new ConversionFailure(first, 'invalid_converted_object_failure', why);
    }
  });
}

async function answered(
  { client, ids }: ConversionDeps,
  { webhook }: WebhookConversions,
  objects: readonly KubeObject[],
  desiredAPIVersion: string,
): Promise<readonly unknown[]> {
  const version = reviewVersionOf(webhook.conversionReviewVersions);
  const uid = ids.uid();
  const body = conversionReview(version, { uid, desiredAPIVersion, objects });
  return convertedObjects(await client.call(webhook.clientConfig ?? {}, body, { timeoutMs: TIMEOUT_MS }), version, uid);
}
