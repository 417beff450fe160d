// Source: the page "Versions in CustomResourceDefinitions", webhook request and response.
import type { KubeObject } from '@kubernats/api';
import { goQuote, isJsonObject, type JsonObject, jsonText } from '@kubernats/apimachinery';
import { parseReview } from '../webhooks/parse-review.ts';

const GROUP = 'apiextensions.k8s.io';
export type ReviewVersion = 'v1' | 'v1beta1';

/** What a webhook is asked to convert, and into what. */
export interface ConversionRequest {
  uid: string;
  /** Such as `example.com/v1`. */
  desiredAPIVersion: string;
  objects: readonly KubeObject[];
}

/** The first that is spoken here. Throws an Error where none is. */
export function reviewVersionOf(versions: readonly string[]): ReviewVersion {
  const version = versions.find((each) => each === 'v1' || each === 'v1beta1');
  if (!version) throw new Error('no supported conversion review versions');
  return version;
}

export const conversionReview = (version: ReviewVersion, request: ConversionRequest): string =>
  JSON.stringify({ kind: 'ConversionReview', apiVersion: `${GROUP}/${version}`, request });

/** The objects of a webhook's answer, whatever they are. Throws an Error that says why there are none, in Kubernetes' words. */
export function convertedObjects(bytes: Uint8Array, version: ReviewVersion, uid: string): readonly unknown[] {
  const review = parseReview(bytes);
  if (version === 'v1') checkKind(review);
  const { response } = review;
  if (!isJsonObject(response)) throw new Error('no response provided');
  // The older version was answered without it.
  if (version === 'v1' && response.uid !== uid)
    throw new Error(`expected response.uid=${goQuote(uid)}, got ${goQuote(jsonText(response.uid))}`);
  const result = isJsonObject(response.result) ? response.result : {};
  if (result.status !== 'Success') {
    throw new Error(jsonText(result.message) || `response.result.status was '${jsonText(result.status)}', not 'Success'`);
  }
  return Array.isArray(response.convertedObjects) ? response.convertedObjects : [];
}

function checkKind({ kind, apiVersion }: JsonObject): void {
  if (kind === 'ConversionReview' && apiVersion === `${GROUP}/v1`) return;
  const given = jsonText(apiVersion) || '/';
  throw new Error(`expected webhook response of ${GROUP}/v1, Kind=ConversionReview, got ${given}, Kind=${jsonText(kind)}`);
}
