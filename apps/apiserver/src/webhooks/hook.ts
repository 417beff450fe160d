import type { MutatingWebhook, RuleWithOperations, ValidatingWebhook } from '@kubernats/api';
import { labelSelectorOf, type Selector } from '@kubernats/apimachinery';
import type { WebhookClientConfig } from './webhook-client.ts';

/** A rule of a webhook, its resources taken apart. */
export interface Rule {
  operations: readonly string[];
  apiGroups: readonly string[];
  apiVersions: readonly string[];
  /** `pods` is of the objects themselves, `pods/*` of them and of every subresource. */
  resources: readonly { resource: string; subresource: string }[];
  scope: string;
}

/** A webhook of a configuration, ready to be compared with requests. */
export interface Hook {
  /** Unlike all others'. */
  id: string;
  name: string;
  configuration: string;
  rules: readonly Rule[];
  /** Whether its rules mean the same objects in other groups and versions, too. */
  isEquivalent: boolean;
  namespaceSelector: Selector;
  objectSelector: Selector;
  clientConfig: WebhookClientConfig;
  timeoutMs: number;
  /** `admission.k8s.io/…`: the first of its versions that is spoken here. */
  reviewVersion: 'v1' | 'v1beta1';
  /** What has no answer is as good as allowed. */
  ignoresFailure: boolean;
  allowsDryRun: boolean;
  /** It is asked again about what others have changed after it. */
  isReinvocable: boolean;
}

export type Configured = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

/** The webhooks of a configuration, in its order. */
export function hooksOf(configuration: string, webhooks: readonly Configured[]): Hook[] {
  const seen = new Map<string, number>();
  return webhooks.map((webhook) => {
    const { name } = webhook;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return hookOf(`${configuration}/${name}/${count}`, configuration, webhook);
  });
}

function hookOf(id: string, configuration: string, webhook: Configured): Hook {
  return {
    id,
    name: webhook.name,
    configuration,
    rules: (webhook.rules ?? []).map(ruleOf),
    isEquivalent: webhook.matchPolicy === 'Equivalent',
    namespaceSelector: labelSelectorOf(webhook.namespaceSelector),
    objectSelector: labelSelectorOf(webhook.objectSelector),
    clientConfig: webhook.clientConfig,
    timeoutMs: (webhook.timeoutSeconds ?? 10) * 1000,
    reviewVersion: webhook.admissionReviewVersions.find((version) => version === 'v1' || version === 'v1beta1') ?? 'v1',
    ignoresFailure: webhook.failurePolicy === 'Ignore',
    allowsDryRun: webhook.sideEffects === 'None' || webhook.sideEffects === 'NoneOnDryRun',
    isReinvocable: webhook.reinvocationPolicy === 'IfNeeded',
  };
}

export function ruleOf({ operations = [], apiGroups = [], apiVersions = [], resources = [], scope = '*' }: RuleWithOperations): Rule {
  const taken = resources.map((text) => {
    const [resource = '', subresource = ''] = splitOnce(text);
    return { resource, subresource };
  });
  return { operations, apiGroups, apiVersions, resources: taken, scope };
}

function splitOnce(text: string): string[] {
  const at = text.indexOf('/');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
