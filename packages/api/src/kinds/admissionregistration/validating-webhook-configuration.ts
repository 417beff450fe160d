import type { ValidatingWebhookConfiguration } from '../../../generated/types.ts';
import { ValidatingWebhookConfigurations } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { validateWebhooks } from './validate-webhooks.ts';
import { defaultWebhook, type Webhooks, webhookColumns } from './webhooks.ts';

export const validatingWebhookConfigurationRow = defineKind<ValidatingWebhookConfiguration>(ValidatingWebhookConfigurations, {
  categories: ['api-extensions'],
  columns: webhookColumns<ValidatingWebhookConfiguration>(),
  strategy: {
    default({ webhooks = [] }) {
      for (const webhook of webhooks) defaultWebhook(webhook);
    },
    validateCreate: ({ webhooks }: Webhooks) => validateWebhooks(webhooks),
    validateUpdate: ({ webhooks }: Webhooks, old: Webhooks) => validateWebhooks(webhooks, old.webhooks ?? []),
    allowUnconditionalUpdate: false,
  },
});
