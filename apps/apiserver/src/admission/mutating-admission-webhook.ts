import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import type { Core } from '../core.ts';
import { type Attributes, attributesOf, attributesOfAsked } from '../webhooks/attributes.ts';
import type { Hook } from '../webhooks/hook.ts';
import { haveMutated } from '../webhooks/take-mutated.ts';
import type { AdmissionPlugin } from './admission.ts';

/** Asks the webhooks of MutatingWebhookConfigurations, after the built-in plug-ins. Source: "Dynamic Admission Control". */
export const mutatingAdmissionWebhook: AdmissionPlugin = {
  name: 'MutatingAdmissionWebhook',
  mutate(core, call, draft, old, rounds) {
    const hooks = core.webhooks.mutatingOf(call.row);
    if (hooks.length === 0) return;
    const change = (attributes: Attributes) => core.webhooks.mutate(attributes, hooks, rounds.webhooks);
    return haveMutated(call, { draft, old }, change, () => rounds.changed());
  },
  /** They hear of deletions, too, which they cannot change. */
  validate(core, call, draft, old) {
    if (draft) return;
    const hooks = core.webhooks.mutatingOf(call.row);
    if (hooks.length > 0) return tellOfDeletion(core, call, old, hooks);
  },
  async review(core, call, asked) {
    const hooks = core.webhooks.mutatingOf(call.row);
    if (hooks.length === 0) return;
    const attributes = attributesOfAsked(call, asked);
    await core.webhooks.mutate(attributes, hooks);
    if (attributes.object) asked.object = attributes.object;
  },
};

async function tellOfDeletion(core: Core, call: Call, old: Held | undefined, hooks: readonly Hook[]): Promise<void> {
  const attributes = attributesOf(call, undefined, old);
  if (attributes) await core.webhooks.mutate(attributes, hooks);
}
