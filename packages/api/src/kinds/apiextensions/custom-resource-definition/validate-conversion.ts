import { dns1035Label, type FieldPath, forbiddenField, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceConversion, WebhookConversion } from '../../../../generated/types.ts';
import { oneOf } from '../../../validation/basics.ts';
import { caBundleProblem, checkWebhookTarget } from '../../../validation/webhook-client-config.ts';

/** What is let pass because it was so before. */
export interface ConversionLeniency {
  anyReviewVersion: boolean;
  anyCaBundle: boolean;
}

/** The versions of ConversionReview that Kubernetes knows. */
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** Whether a webhook understands any review that could be sent. */
export const namesKnownReview = ({ conversionReviewVersions = [] }: Partial<WebhookConversion>): boolean =>
  conversionReviewVersions.length === 0 || conversionReviewVersions.some((version) => REVIEW_VERSIONS.includes(version));

export const isValidCaBundle = (caBundle: string): boolean => caBundle === '' || caBundleProblem(caBundle) === undefined;

/** What is wrong with how objects are converted. Fields are named as in the form where they stood side by side. */
export function checkConversion(conversion: CustomResourceConversion, at: FieldPath, leniency: ConversionLeniency, out: Cause[]): void {
  const { strategy, webhook } = conversion;
  oneOf(strategy, ['None', 'Webhook'], at.child('strategy'), out);
  const clientConfig = at.child('webhookClientConfig');
  const reviewVersions = at.child('conversionReviewVersions');
  if (strategy !== 'Webhook') {
    const why = 'should not be set when strategy is not set to Webhook';
    if (webhook?.clientConfig) out.push(forbiddenField(clientConfig, why));
    if ((webhook?.conversionReviewVersions ?? []).length > 0) out.push(forbiddenField(reviewVersions, why));
    return;
  }
  if (!webhook?.clientConfig) out.push(required(clientConfig, 'required when strategy is set to Webhook'));
  else {
    checkWebhookTarget(webhook.clientConfig, clientConfig, out);
    const { caBundle } = webhook.clientConfig;
    const problem = caBundle && !leniency.anyCaBundle ? caBundleProblem(caBundle) : undefined;
    if (problem !== undefined) out.push(invalidValue(clientConfig.child('caBundle'), caBundle, problem));
  }
  checkReviewVersions(webhook?.conversionReviewVersions ?? [], reviewVersions, leniency, out);
}

function checkReviewVersions(versions: string[], at: FieldPath, { anyReviewVersion }: ConversionLeniency, out: Cause[]): void {
  if (versions.length === 0) {
    out.push(required(at));
    return;
  }
  versions.forEach((version, i) => {
    if (versions.indexOf(version) < i) out.push(invalidValue(at.index(i), version, 'duplicate version'));
    else for (const problem of dns1035Label(version)) out.push(invalidValue(at.index(i), version, problem));
  });
  if (!anyReviewVersion && !namesKnownReview({ conversionReviewVersions: versions })) {
    out.push(invalidValue(at, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
  }
}
