import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../../index.ts';
import type { Webhook } from './webhooks.ts';

const mutating = rowOf('mutatingwebhookconfigurations', 'admissionregistration.k8s.io');
const validating = rowOf('validatingwebhookconfigurations', 'admissionregistration.k8s.io');

const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const hook = (more: Partial<Webhook> = {}): Webhook => ({
  name: 'pods.example.com',
  clientConfig: { service: { namespace: 'ns', name: 'hook', path: '/review' } },
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  rules: [RULE],
  ...more,
});
const configuration = (...webhooks: Webhook[]): ValidatingWebhookConfiguration => ({ metadata: { name: 'w' }, webhooks });

describe('R1: webhook configurations', () => {
  test('defaults', () => {
    const defaults = {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      rules: [{ ...RULE, scope: '*' }],
      clientConfig: { service: { namespace: 'ns', name: 'hook', path: '/review', port: 443 } },
    };
    expect(create(validating, configuration(hook()))).toMatchObject({ webhooks: [defaults] });
    expect(create(validating, configuration(hook()))).not.toHaveProperty('webhooks.0.reinvocationPolicy');
    const made: MutatingWebhookConfiguration = create(mutating, configuration(hook()));
    expect(made).toMatchObject({ webhooks: [{ ...defaults, reinvocationPolicy: 'Never' }] });
  });

  const at = 'webhooks[0]';
  const service = (more: object) => ({ clientConfig: { service: { namespace: 'ns', name: 'hook', ...more } } });
  const url = (text: string) => ({ clientConfig: { url: text } });
  const resources = (...names: string[]) => ({ rules: [{ ...RULE, resources: names }] });
  test.each<[Partial<Webhook>, string[]]>([
    [{}, []],
    [{ name: '' }, [`${at}.name: Required value`]],
    [
      { name: 'example.com' },
      [`${at}.name: Invalid value: "example.com": should be a domain with at least three segments separated by dots`],
    ],
    [
      { name: 'A.example.com' },
      [expect.stringMatching(/^webhooks\[0\]\.name: Invalid value: "A\.example\.com": a lowercase RFC 1123 subdomain must consist of/)],
    ],
    [{ failurePolicy: 'Never' }, [`${at}.failurePolicy: Unsupported value: "Never": supported values: "Fail", "Ignore"`]],
    [{ matchPolicy: 'x' }, [`${at}.matchPolicy: Unsupported value: "x": supported values: "Equivalent", "Exact"`]],
    [{ sideEffects: undefined }, [`${at}.sideEffects: Required value: must specify one of None, NoneOnDryRun`]],
    [{ sideEffects: 'Some' }, [`${at}.sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"`]],
    [{ timeoutSeconds: 31 }, [`${at}.timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds`]],
    [{ timeoutSeconds: 0 }, [`${at}.timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and 30 seconds`]],
    [{ admissionReviewVersions: [] }, [`${at}.admissionReviewVersions: Required value: must specify one of v1, v1beta1`]],
    [
      { admissionReviewVersions: ['v2', 'v2'] },
      [
        `${at}.admissionReviewVersions[1]: Invalid value: "v2": duplicate version`,
        `${at}.admissionReviewVersions: Invalid value: ["v2","v2"]: must include at least one of v1, v1beta1`,
      ],
    ],
    [
      { namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } },
      [`${at}.namespaceSelector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator`],
    ],
    [{ clientConfig: {} }, [`${at}.clientConfig: Required value: exactly one of url or service is required`]],
    [
      { clientConfig: { ...url('https://a').clientConfig, ...service({}).clientConfig } },
      [`${at}.clientConfig: Required value: exactly one of url or service is required`],
    ],
    [url('https://a.b:8443/c'), []],
    [
      url('http://u:p@/c?x=1#y'),
      [
        `${at}.clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
        `${at}.clientConfig.url: Invalid value: "": host must be provided; desired format: https://host[/path]`,
        `${at}.clientConfig.url: Invalid value: "u:p": user information is not permitted in the URL`,
        `${at}.clientConfig.url: Invalid value: "y": fragments are not permitted in the URL`,
        `${at}.clientConfig.url: Invalid value: "x=1": query parameters are not permitted in the URL`,
      ],
    ],
    [
      service({ name: '', namespace: '', port: 70000 }),
      [
        `${at}.clientConfig.service.name: Required value: service name is required`,
        `${at}.clientConfig.service.namespace: Required value: service namespace is required`,
        `${at}.clientConfig.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive`,
      ],
    ],
    [service({ path: 'ab' }), [`${at}.clientConfig.service.path: Invalid value: "ab": must start with a '/'`]],
    [service({ path: '//' }), [`${at}.clientConfig.service.path: Invalid value: "//": segment[0] may not be empty`]],
    [service({ path: '/a//b/' }), [`${at}.clientConfig.service.path: Invalid value: "/a//b/": segment[1] may not be empty`]],
    [
      { rules: [{}] },
      [
        `${at}.rules[0].operations: Required value`,
        `${at}.rules[0].apiGroups: Required value`,
        `${at}.rules[0].apiVersions: Required value`,
        `${at}.rules[0].resources: Required value`,
      ],
    ],
    [
      { rules: [{ operations: ['*', 'GET'], apiGroups: ['*', 'a'], apiVersions: ['*', ''], resources: [''], scope: 'x' }] },
      [
        `${at}.rules[0].operations: Invalid value: ["*","GET"]: if '*' is present, must not specify other operations`,
        `${at}.rules[0].operations[1]: Unsupported value: "GET": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"`,
        `${at}.rules[0].apiGroups: Invalid value: ["*","a"]: if '*' is present, must not specify other API groups`,
        `${at}.rules[0].apiVersions: Invalid value: ["*",""]: if '*' is present, must not specify other API versions`,
        `${at}.rules[0].apiVersions[1]: Required value`,
        `${at}.rules[0].resources[0]: Required value`,
        `${at}.rules[0].scope: Unsupported value: "x": supported values: "*", "Cluster", "Namespaced"`,
      ],
    ],
    [resources('*/*'), []],
    [
      resources('*/*', 'pods'),
      [`${at}.rules[0].resources: Invalid value: ["*/*","pods"]: if '*/*' is present, must not specify other resources`],
    ],
    [
      resources('*', 'pods'),
      [`${at}.rules[0].resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources without subresources`],
    ],
    [
      resources('pods/*', 'pods/exec'),
      [`${at}.rules[0].resources[1]: Invalid value: "pods/exec": if 'pods/*' is present, must not specify pods/exec`],
    ],
    [
      resources('*/status', 'pods/status'),
      [`${at}.rules[0].resources[1]: Invalid value: "pods/status": if '*/status' is present, must not specify pods/status`],
    ],
    [
      {
        matchConditions: [
          { name: 'a', expression: ' ' },
          { name: '', expression: 'true' },
          { name: 'a', expression: 'true' },
        ],
      },
      [
        `${at}.matchConditions[0].expression: Required value`,
        `${at}.matchConditions[1].name: Required value`,
        `${at}.matchConditions[2].name: Duplicate value: "a"`,
      ],
    ],
  ])('%j', (more, expected) => {
    expect(problems(validating, configuration(hook(more)))).toEqual(expected);
  });

  test('only mutating ones may be called again', () => {
    expect(problems(mutating, configuration(hook({ reinvocationPolicy: 'Always' })))).toEqual([
      `${at}.reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"`,
    ]);
  });

  test('names are unique', () => {
    expect(problems(mutating, configuration(hook(), hook()))).toEqual(['webhooks[1].name: Duplicate value: "pods.example.com"']);
  });

  test('updates are judged as creations are', () => {
    const old = create(validating, configuration(hook()));
    expect(update(validating, old, ({ webhooks }) => Object.assign(webhooks?.[0] ?? {}, { timeoutSeconds: 99 })).problems).toHaveLength(1);
  });

  test('is printed as kubectl prints it', () => {
    const { Age: _age, ...shown } = cells(mutating, create(mutating, configuration(hook(), hook({ name: 'b.example.com' }))));
    expect(shown).toEqual({ Name: 'w', Webhooks: 2 });
  });

  test('match conditions that are stored are judged again only where one of them changes', () => {
    const stored = create(validating, configuration(hook({ matchConditions: [{ name: 'a', expression: 'no.longer.known' }] })));
    const later = (more: Partial<Webhook>) =>
      update(validating, stored, ({ webhooks }) => Object.assign(webhooks?.[0] ?? {}, more)).problems;
    expect(later({ timeoutSeconds: 5 })).toEqual([]);
    expect(later({ matchConditions: [{ name: 'b', expression: 'no.longer.known' }] })).toHaveLength(1);
  });
});
