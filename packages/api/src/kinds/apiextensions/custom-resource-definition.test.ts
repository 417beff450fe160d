import { describe, expect, test } from 'vitest';
import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from '../../../generated/types.ts';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import { cronTabs, cronTabVersion, schemaOfSpec } from './definitions.fixture.ts';

const row = rowOf('customresourcedefinitions', 'apiextensions.k8s.io');
const LABEL =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric " +
  "character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

const withSpec = (spec: Partial<CustomResourceDefinitionSpec>): CustomResourceDefinition => {
  const definition = cronTabs();
  return { ...definition, spec: { ...definition.spec, ...spec } };
};
const withNames = (names: Partial<CustomResourceDefinitionSpec['names']>): CustomResourceDefinition =>
  withSpec({ names: { ...cronTabs().spec.names, ...names } });

test('R1: the names that follow from the kind are filled in, and nothing is converted', () => {
  const { spec, status } = create(row, cronTabs());
  expect(spec.names).toMatchObject({ singular: 'crontab', listKind: 'CronTabList' });
  expect(spec.conversion).toEqual({ strategy: 'None' });
  expect(status).toEqual({ acceptedNames: { plural: '', kind: '' }, storedVersions: ['v1'] });
  expect(problems(row, cronTabs())).toEqual([]);
});

test('it is printed as Kubernetes prints it', () => {
  const definition = create(row, cronTabs());
  definition.metadata = { ...definition.metadata, creationTimestamp: '2026-11-24T11:00:00Z' };
  expect(cells(row, definition)).toEqual({ Name: 'crontabs.stable.example.com', 'Created At': '2026-11-24T11:00:00Z' });
});

describe('R1: what is wrong is said in the words of Kubernetes', () => {
  test.each<[string, CustomResourceDefinition, string[]]>([
    [
      'another name',
      { ...cronTabs(), metadata: { name: 'tabs.example.com' } },
      ['metadata.name: Invalid value: "tabs.example.com": must be spec.names.plural+"."+spec.group'],
    ],
    ['no scope', withSpec({ scope: '' }), ['spec.scope: Required value']],
    [
      'a scope that is none',
      withSpec({ scope: 'All' }),
      ['spec.scope: Unsupported value: "All": supported values: "Cluster", "Namespaced"'],
    ],
    [
      'a kind that could be no resource',
      withNames({ kind: 'Cron_Tab' }),
      [
        `spec.names.singular: Invalid value: "cron_tab": ${LABEL}`,
        `spec.names.kind: Invalid value: "Cron_Tab": may have mixed case, but should otherwise match: ${LABEL}`,
        `spec.names.listKind: Invalid value: "Cron_TabList": may have mixed case, but should otherwise match: ${LABEL}`,
      ],
    ],
    [
      'a list like the kind',
      withNames({ listKind: 'CronTab' }),
      ['spec.names.listKind: Invalid value: "CronTab": kind and listKind may not be the same'],
    ],
    ['a short name that is none', withNames({ shortNames: ['CT'] }), [`spec.names.shortNames[0]: Invalid value: "CT": ${LABEL}`]],
    [
      'unknown fields for all',
      withSpec({ preserveUnknownFields: true }),
      [
        'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in ' +
          'spec.versions[*].schema instead',
      ],
    ],
  ])('%s', (_, definition, expected) => {
    expect(problems(row, definition)).toEqual(expected);
  });

  test('a group without a dot', () => {
    const definition = { ...withSpec({ group: 'example' }), metadata: { name: 'crontabs.example' } };
    expect(problems(row, definition)).toEqual(['spec.group: Invalid value: "example": should be a domain with at least one dot']);
  });

  test('a group of the community without its approval', () => {
    const definition = { ...withSpec({ group: 'stable.k8s.io' }), metadata: { name: 'crontabs.stable.k8s.io' } };
    const annotated = (text: string) => ({
      ...definition,
      metadata: { ...definition.metadata, annotations: { 'api-approved.kubernetes.io': text } },
    });
    const must = 'protected groups must have approval annotation "api-approved.kubernetes.io"';
    const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
    const at = 'metadata.annotations[api-approved.kubernetes.io]';
    expect(problems(row, definition)).toEqual([`${at}: Required value: ${must}, ${see}`]);
    expect(problems(row, annotated('no'))).toEqual([
      `${at}: Invalid value: "no": ${must} with either a URL or a reason starting with "unapproved", ${see}`,
    ]);
    expect(problems(row, annotated('unapproved, an experiment'))).toEqual([]);
    expect(problems(row, annotated('https://github.com/kubernetes/kubernetes/pull/1'))).toEqual([]);
  });

  test('versions: their names, which is kept, what they lack', () => {
    const two = cronTabs(cronTabVersion('v1'), cronTabVersion('v1', { served: false }));
    expect(problems(row, two).map((problem) => problem.replace(/Invalid value: \[.*\]/, 'Invalid value'))).toEqual([
      'spec.versions: Invalid value: must contain unique version names',
      'spec.versions: Invalid value: must have exactly one version marked as storage version',
    ]);
    expect(problems(row, cronTabs({ name: 'v1', served: true, storage: true }))).toEqual([
      'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required',
    ]);
    expect(problems(row, cronTabs(cronTabVersion('V1')))).toContain(`spec.versions[0].name: Invalid value: "V1": ${LABEL}`);
    expect(problems(row, cronTabs(cronTabVersion('v1', { deprecationWarning: 'old' })))).toEqual([
      'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions',
    ]);
    expect(problems(row, cronTabs(cronTabVersion('v1', { deprecated: true, deprecationWarning: 'old\n' })))).toEqual([
      'spec.versions[0].deprecationWarning: Invalid value: "old\\n": must only contain printable UTF-8 characters; non-printable character found at index 3',
    ]);
  });

  test('columns, scaling and selectable fields, named as where all versions have them in common', () => {
    const definition = cronTabs(
      cronTabVersion('v1', {
        schema: { openAPIV3Schema: schemaOfSpec({ replicas: { type: 'integer' }, ports: { type: 'array', items: { type: 'integer' } } }) },
        additionalPrinterColumns: [{ name: '', type: 'text', jsonPath: 'spec.replicas', format: 'wide' }],
        subresources: { scale: { specReplicasPath: '.status.replicas', statusReplicasPath: '' } },
        selectableFields: [
          { jsonPath: '.spec.replicas' },
          { jsonPath: '.spec.ports' },
          { jsonPath: '.spec.replicas' },
          { jsonPath: '.spec.no' },
        ],
      }),
    );
    expect(problems(row, definition)).toEqual([
      'spec.subresources.scale.specReplicasPath: Invalid value: ".status.replicas": should be a json path under .spec',
      'spec.subresources.scale.statusReplicasPath: Required value',
      'spec.additionalPrinterColumns[0].name: Required value',
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      'spec.additionalPrinterColumns[0].format: Invalid value: "wide": must be one of byte,date,date-time,double,float,int32,int64,password',
      'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec.replicas": must be a simple json path starting with .',
      'spec.selectableFields[1].jsonPath: Invalid value: ".spec.ports": must point to a field of type string, boolean or integer. ' +
        'Enum string fields and strings with formats are allowed.',
      'spec.selectableFields[2].jsonPath: Duplicate value: ".spec.replicas"',
      'spec.selectableFields[3].jsonPath: Invalid value: ".spec.no": is an invalid path: does not refer to a valid field',
    ]);
  });

  test('a conversion webhook', () => {
    const at = 'spec.conversion';
    const conversion = (webhook?: NonNullable<CustomResourceDefinitionSpec['conversion']>['webhook']) =>
      withSpec({ conversion: { strategy: 'Webhook', ...(webhook ? { webhook } : {}) } });
    expect(problems(row, conversion())).toEqual([
      `${at}.webhookClientConfig: Required value: required when strategy is set to Webhook`,
      `${at}.conversionReviewVersions: Required value`,
    ]);
    expect(problems(row, conversion({ clientConfig: { url: 'http://example.com/?a=b' }, conversionReviewVersions: ['v2', 'v2'] }))).toEqual(
      [
        `${at}.webhookClientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
        `${at}.webhookClientConfig.url: Invalid value: "a=b": query parameters are not permitted in the URL`,
        `${at}.conversionReviewVersions[1]: Invalid value: "v2": duplicate version`,
        `${at}.conversionReviewVersions: Invalid value: ["v2","v2"]: must include at least one of v1, v1beta1`,
      ],
    );
    const service = { name: 'convert', namespace: 'default', path: '/a//b' };
    expect(problems(row, conversion({ clientConfig: { service }, conversionReviewVersions: ['v1'] }))).toEqual([
      `${at}.webhookClientConfig.service.path: Invalid value: "/a//b": segment[1] may not be empty`,
    ]);
    expect(problems(row, withSpec({ conversion: { strategy: 'None', webhook: { conversionReviewVersions: ['v1'] } } }))).toEqual([
      `${at}.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook`,
    ]);
  });
});

describe('changes', () => {
  const established = () => {
    const definition = create(row, cronTabs());
    const condition = { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: '' };
    return { ...definition, status: { ...definition.status, conditions: [condition] } };
  };

  test('what its objects are kept by stays as it is', () => {
    const { problems: found } = update(row, established(), ({ spec }) => {
      spec.scope = 'Cluster';
      spec.names.kind = 'Tab';
    });
    expect(found).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Tab": field is immutable',
    ]);
  });

  test('every version that was kept once is noted, and cannot go', () => {
    const old = established();
    const moved = update(row, old, ({ spec }) => {
      spec.versions = [{ ...cronTabVersion('v1'), storage: false }, cronTabVersion('v2')];
    });
    expect(moved.problems).toEqual([]);
    expect(moved.next.status?.storedVersions).toEqual(['v1', 'v2']);
    const gone = update(row, moved.next, ({ spec }) => {
      spec.versions = [cronTabVersion('v2')];
    });
    expect(gone.problems).toEqual([
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in ' +
        'spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ]);
  });

  test('a bundle of certificates that cannot be read is refused once the kind is served', () => {
    const conversion = {
      strategy: 'Webhook',
      webhook: { clientConfig: { url: 'https://example.com/', caBundle: 'Tm90IFBFTQ==' }, conversionReviewVersions: ['v1'] },
    };
    expect(problems(row, withSpec({ conversion }))).toEqual([]);
    expect(update(row, established(), ({ spec }) => (spec.conversion = conversion)).problems).toEqual([
      'spec.conversion.webhookClientConfig.caBundle: Invalid value: "Tm90IFBFTQ==": unable to load root certificates: unable to parse bytes as PEM block',
    ]);
  });
});
