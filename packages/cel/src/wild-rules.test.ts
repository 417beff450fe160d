// Rules as operators' CustomResourceDefinitions have them: each is true of the object, and none is wrong.
import { expect, it } from 'vitest';
import type { JsonSchema } from './schema/json-schema.ts';
import { schemaRules } from './schema-rules.ts';

const TEXT: JsonSchema = { type: 'string' };
const INT: JsonSchema = { type: 'integer' };
const NAME: JsonSchema = { type: 'string', maxLength: 63 };
const list = (items: JsonSchema, listType = 'atomic', keys?: string[]): JsonSchema => ({
  type: 'array',
  maxItems: 32,
  items,
  'x-kubernetes-list-type': listType,
  'x-kubernetes-list-map-keys': keys,
});
const route: JsonSchema = {
  type: 'object',
  properties: { name: NAME, type: NAME, port: INT, weight: INT, rewrite: { type: 'object', properties: { host: NAME } } },
};

const SPEC: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', enum: ['A', 'B'] },
    a: TEXT,
    b: TEXT,
    replicas: INT,
    minReplicas: INT,
    maxReplicas: INT,
    timeout: TEXT,
    interval: { type: 'string', format: 'duration' },
    percent: { 'x-kubernetes-int-or-string': true },
    memory: { 'x-kubernetes-int-or-string': true },
    labels: { type: 'object', maxProperties: 32, additionalProperties: NAME },
    routes: list(route, 'map', ['name']),
    hosts: list(NAME, 'set'),
    weights: list({ type: 'number' }),
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    enabled: { type: 'boolean' },
  },
};

const spec = {
  type: 'A',
  a: 'x',
  replicas: 2,
  minReplicas: 1,
  maxReplicas: 3,
  timeout: '30s',
  interval: '1m30s',
  percent: '50%',
  memory: 512,
  labels: { team: 'web', tier: 'gold' },
  routes: [
    { name: 'one', type: 'Rewrite', port: 80, weight: 1, rewrite: { host: 'h' } },
    { name: 'two', type: 'Plain', port: 443, weight: 3 },
  ],
  hosts: ['a.example', 'b.example'],
  weights: [0.25, 0.75],
  free: { anything: 1 },
  enabled: true,
};

it.each([
  "self.type == 'A' ? has(self.a) : !has(self.a)",
  '(has(self.a) ? 1 : 0) + (has(self.b) ? 1 : 0) == 1',
  '[has(self.a), has(self.b)].filter(x, x).size() == 1',
  '[has(self.a), has(self.b)].exists_one(x, x == true)',
  '!(has(self.a) && has(self.b))',
  'self.minReplicas <= self.replicas && self.replicas <= self.maxReplicas',
  "self.?b.orValue('none') == 'none'",
  "duration(self.timeout) > duration('0s') && self.timeout.endsWith('s')",
  "self.interval >= duration('1m')",
  "type(self.percent) == string ? int(self.percent.split('%')[0]) <= 100 : self.percent <= 100",
  "type(self.memory) == int ? self.memory > 0 : quantity(self.memory).isGreaterThan(quantity('0'))",
  "'team' in self.labels && self.labels['team'] == 'web' && self.labels.tier == 'gold'",
  'self.labels.all(key, key.size() <= 63 && self.labels[key].matches("^[a-z]*$"))',
  'self.routes.all(r1, self.routes.exists_one(r2, r1.name == r2.name))',
  "self.routes.all(r, r.type == 'Rewrite' ? has(r.rewrite) && r.rewrite.host != '' : !has(r.rewrite))",
  '(self.routes.size() > 0 && !has(self.routes[0].rewrite)) ? true : !self.routes.exists(r, r.weight > 5)',
  'self.routes.map(r, r.weight).sum() == 4 && self.weights.sum() == 1.0',
  "self.hosts.join(',') == 'a.example,b.example'",
  'self.routes.filter(r, r.port in [80, 443]).size() == size(self.routes)',
  "self.hosts.all(h, h.contains('.') && !h.startsWith('*')) && self.hosts.isSorted()",
  "self.hosts == ['b.example', 'a.example'] || self.hosts.size() == 2",
  "!self.enabled || self.type in ['A', 'B']",
  'has(self.free) && self.replicas == oldSelf.replicas',
  'self.routes.all(r, oldSelf.routes.exists(o, o.name == r.name))',
  "size(self.a) != 0 && self.a.lowerAscii() == self.a && string(self.replicas) == '2'",
  'self.routes.all(i, r, i < 2 && r.port > 0)',
])('%s', (rule) => {
  const schema: JsonSchema = { type: 'object', properties: { spec: { ...SPEC, 'x-kubernetes-validations': [{ rule }] } } };
  const rules = schemaRules(schema);
  expect(rules.check()).toEqual([]);
  expect(rules.validate({ spec }, { spec: { ...spec, timeout: '1s' } })).toEqual([]);
});
