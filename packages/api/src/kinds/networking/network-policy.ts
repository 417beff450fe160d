import { fieldPath } from '@kubernats/apimachinery';
import type { NetworkPolicy } from '../../../generated/types.ts';
import { NetworkPolicies } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { selectorText } from '../../table/texts.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { checkNetworkPolicySpec } from './network-policy/validate.ts';

function setDefaults({ spec }: NetworkPolicy): void {
  if (!spec) return;
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of ports ?? []) port.protocol ??= 'TCP';
  if ((spec.policyTypes ?? []).length > 0) return;
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

export const networkPolicyRow = defineKind<NetworkPolicy>(NetworkPolicies, {
  shortNames: ['netpol'],
  columns: [NAME, text('Pod-Selector', 'The Pods that it is about.', ({ spec }) => selectorText(spec?.podSelector ?? {})), AGE],
  strategy: {
    default: setDefaults,
    validate: ({ spec = {} }) => checkNetworkPolicySpec(spec, fieldPath('spec')),
    warnings: () => [nobodyActs('NetworkPolicy', 'the network of kubernats enforces no policies, so all traffic stays allowed')],
  },
});
