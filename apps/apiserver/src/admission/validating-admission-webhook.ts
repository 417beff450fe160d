import { attributesOf, attributesOfAsked } from '../webhooks/attributes.ts';
import type { AdmissionPlugin } from './admission.ts';

/** Asks the webhooks of ValidatingWebhookConfigurations about what is to be written. Source: "Dynamic Admission Control". */
export const validatingAdmissionWebhook: AdmissionPlugin = {
  name: 'ValidatingAdmissionWebhook',
  validate(core, call, draft, old) {
    const hooks = core.webhooks.validatingOf(call.row);
    const attributes = hooks.length > 0 ? attributesOf(call, draft, old) : undefined;
    if (attributes) return core.webhooks.validate(attributes, hooks);
  },
  review(core, call, asked) {
    const hooks = core.webhooks.validatingOf(call.row);
    if (hooks.length > 0) return core.webhooks.validate(attributesOfAsked(call, asked), hooks);
  },
};
