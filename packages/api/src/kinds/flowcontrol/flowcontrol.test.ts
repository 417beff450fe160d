import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf } from '../../../test/harness.ts';
import type { FlowSchema, PriorityLevelConfiguration } from '../../index.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io';

describe('FlowSchema', () => {
  const schemas = rowOf('flowschemas', GROUP);
  const rule = {
    subjects: [{ kind: 'Group', group: { name: 'dev' } }],
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }],
  };
  const schema = (more: object = {}): FlowSchema =>
    ({ metadata: { name: 'a' }, spec: { priorityLevelConfiguration: { name: 'low' }, rules: [rule], ...more } }) as FlowSchema;
  const withRule = (more: object): FlowSchema => schema({ rules: [{ ...rule, ...more }] });
  const R = 'spec.rules[0]';

  test.each<[FlowSchema, string[]]>([
    [schema(), []],
    [schema({ matchingPrecedence: -1 }), ['spec.matchingPrecedence: Invalid value: -1: must be a positive value']],
    [
      schema({ matchingPrecedence: 1 }),
      ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
    ],
    [schema({ matchingPrecedence: 10_001 }), ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000']],
    [schema({ priorityLevelConfiguration: {} }), ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level']],
    [withRule({ subjects: [] }), [`${R}.subjects: Required value: subjects must contain at least one value`]],
    [withRule({ resourceRules: [] }), [`${R}: Required value: at least one of resourceRules and nonResourceRules has to be non-empty`]],
    [
      withRule({ subjects: [{ kind: 'User', group: { name: 'x' } }] }),
      [
        `${R}.subjects[0].user: Required value: user is required when subject kind is 'User'`,
        `${R}.subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'`,
      ],
    ],
    [
      withRule({ subjects: [{ kind: 'Robot' }] }),
      [`${R}.subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"`],
    ],
    [
      withRule({ resourceRules: [{ verbs: ['*', 'get'], apiGroups: [], resources: ['pods'] }] }),
      [
        `${R}.resourceRules[0].verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`,
        `${R}.resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group`,
        `${R}.resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
      ],
    ],
    [
      withRule({ nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a*', 'b'] }] }),
      [
        `${R}.nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching`,
        `${R}.nonResourceRules[0].nonResourceURLs[1]: Invalid value: "b": must start with slash`,
      ],
    ],
  ])('%#', (object, expected) => {
    expect(problems(schemas, object)).toEqual(expected);
  });

  test('columns', () => {
    expect(cells(schemas, create(schemas, schema({ distinguisherMethod: { type: 'ByUser' } })))).toMatchObject({
      PriorityLevel: 'low',
      MatchingPrecedence: 1000,
      DistinguisherMethod: 'ByUser',
      MissingPL: '?',
    });
  });
});

describe('PriorityLevelConfiguration', () => {
  const levels = rowOf('prioritylevelconfigurations', GROUP);
  const level = (spec: object, name = 'a'): PriorityLevelConfiguration => ({ metadata: { name }, spec }) as PriorityLevelConfiguration;
  const limited = (limitResponse: object, more: object = {}): object => ({ type: 'Limited', limited: { limitResponse, ...more } });

  test.each<[PriorityLevelConfiguration, string[]]>([
    [level(limited({ type: 'Queue', queuing: {} })), []],
    [level({ type: 'Exempt', exempt: {} }, 'exempt'), []],
    [level({ type: 'Exempt' }), [`spec.type: Invalid value: "Exempt": type must be 'Exempt' if and only if name is 'exempt'`]],
    [level({ type: 'Limited' }), ['spec.limited: Required value: must not be empty when type is Limited']],
    [
      level(limited({ type: 'Reject', queuing: {} })),
      ['spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited'],
    ],
    [
      level(limited({ type: 'Queue', queuing: { queues: 4 } }, { lendablePercent: 101 })),
      [
        'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)',
      ],
    ],
    [
      level(limited({ type: 'Queue', queuing: { queues: 1024, handSize: 7 } })),
      [
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 7: required entropy bits of deckSize 1024 and handSize 7 should not be greater than 60',
      ],
    ],
  ])('%#', (object, expected) => {
    expect(problems(levels, object)).toEqual(expected);
  });

  test('columns', () => {
    expect(cells(levels, create(levels, level(limited({ type: 'Queue', queuing: {} }))))).toMatchObject({
      Type: 'Limited',
      NominalConcurrencyShares: '30',
      Queues: '64',
      HandSize: '8',
      QueueLengthLimit: '50',
    });
  });
});
