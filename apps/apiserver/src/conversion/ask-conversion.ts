import type { KubeObject, WebhookConversions } from '@kubernats/api';
import type { Ids } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import type { WebhookClient } from '../webhooks/webhook-client.ts';
import { conversionReview, convertedObjects, reviewVersionOf } from './conversion-review.ts';
import { takeConverted } from './take-converted.ts';

export interface ConversionDeps {
  client: WebhookClient;
  ids: Ids;
}

/** The webhook of a definition has not converted objects, or not rightly. Kubernetes answers with such an error as it is, of no reason. */
export class ConversionFailure extends StatusError {
  constructor({ apiVersion, kind }: KubeObject, why: string) {
    super('Unknown', `conversion webhook for ${apiVersion}, Kind=${kind} ${why}`);
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
  const [first = {}] = objects;
  const failed = (why: string) => new ConversionFailure(first, why);
  const converted = await answered(deps, conversions, objects, apiVersion).catch((error: unknown) => {
    throw failed(`failed: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (converted.length !== objects.length) throw failed(`returned ${converted.length} objects, expected ${objects.length}`);
  return objects.map((object, i) => {
    try {
      const taken = takeConverted(object, converted[i], apiVersion);
      conversions.conform(taken);
      return taken;
    } catch (error) {
      throw failed(`returned ${error instanceof Error ? error.message : String(error)}`);
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
