import type { MutatingWebhookConfiguration } from '../../../generated/types.ts';
import { MutatingWebhookConfigurations } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { validateWebhooks } from './validate-webhooks.ts';
import { defaultWebhook, type Webhooks, webhookColumns } from './webhooks.ts';

export const mutatingWebhookConfigurationRow = defineKind<MutatingWebhookConfiguration>(MutatingWebhookConfigurations, {
  categories: ['api-extensions'],
  columns: webhookColumns<MutatingWebhookConfiguration>(),
  strategy: {
    default({ webhooks = [] }) {
      for (const webhook of webhooks) {
        defaultWebhook(webhook);
        webhook.reinvocationPolicy ??= 'Never';
      }
    },
    validateCreate: ({ webhooks }: Webhooks) => validateWebhooks(webhooks),
    validateUpdate: ({ webhooks }: Webhooks, old: Webhooks) => validateWebhooks(webhooks, old.webhooks ?? []),
    allowUnconditionalUpdate: false,
  },
});
