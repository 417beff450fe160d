// What both kinds of webhook configurations share.
import type { MutatingWebhook, ValidatingWebhook } from '../../../generated/types.ts';
import type { Column } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import { AGE, integer, NAME } from '../../table/common-columns.ts';

/** A webhook of either kind: `reinvocationPolicy` is of mutating ones only. */
export type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

export interface Webhooks extends KubeObject {
  webhooks?: Webhook[];
}

export const WEBHOOK_PORT = 443;
const TIMEOUT_SECONDS = 10;

/** Source: the defaults of admissionregistration.k8s.io/v1. */
export function defaultWebhook(webhook: Webhook): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= TIMEOUT_SECONDS;
  for (const rule of webhook.rules ?? []) rule.scope ??= '*';
  const { service } = webhook.clientConfig ?? {};
  if (service) service.port ??= WEBHOOK_PORT;
}

export const webhookColumns = <T extends Webhooks>(): Column<T>[] => [
  NAME,
  integer('Webhooks', 'How many webhooks are registered in this configuration.', ({ webhooks }: T) => webhooks?.length ?? 0),
  AGE,
];
