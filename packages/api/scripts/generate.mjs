// Derives the API's schemas from @kubernetes/client-node, which carries Kubernetes' own OpenAPI models.
//   generated/schema.json        name -> { fields: { field: { type, format?, ref?, any?, required? } } }: what the API server decodes with
//   generated/descriptions.json  name -> { description, fields: { field: text } }: what `kubectl explain` prints (read on demand)
//   generated/types.ts           the TypeScript interfaces of the wire form
// client-node says nothing of a field that has a type of its own: its text is that of kubernetes-models, which is made of the same document.
// Which models: src/roots.json and all that they reach. Names are those of Kubernetes' OpenAPI document.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const models = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen/models');
const otherModels = dirname(fileURLToPath(import.meta.resolve('kubernetes-models')));
const roots = JSON.parse(readFileSync(join(here, '../src/roots.json'), 'utf8'));

const GROUP_PACKAGE = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta.v1',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1',
};
const versionOf = (model) => Number(/^(?:[A-Z][a-z]+)?V(\d+)(?=[A-Z])/.exec(model)?.[1] ?? 1);
const packageOf = (group, model) => GROUP_PACKAGE[group] ?? `io.k8s.api.${group}.v${versionOf(model)}`;
const shortName = (model) => model.replace(/^(?:[A-Z][a-z]+)?V\d+(?=[A-Z])/, '');

// Scalar models that are not objects on the wire.
const SCALARS = {
  IntOrString: { type: 'intOrString' },
  V1MicroTime: { type: 'string', format: 'date-time' },
  Date: { type: 'string', format: 'date-time' },
  any: { type: 'any' },
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  number: { type: 'number' },
  object: { type: 'any' },
};

// Fields whose values are quantities: the OpenAPI models call them strings.
const QUANTITY_MAPS = new Set([
  'ResourceRequirements.limits',
  'ResourceRequirements.requests',
  'VolumeResourceRequirements.limits',
  'VolumeResourceRequirements.requests',
  'NodeStatus.capacity',
  'NodeStatus.allocatable',
  'PersistentVolumeSpec.capacity',
  'PersistentVolumeClaimStatus.capacity',
  'PersistentVolumeClaimStatus.allocatedResources',
  'PodSpec.overhead',
  'Overhead.podFixed',
  'CapacityRequirements.requests',
  'DeviceRequestAllocationResult.consumedCapacity',
  'ContainerStatus.allocatedResources',
  'PodStatus.allocatedResources',
  'NodeAllocatableResourceClaimStatus.resources',
  'LimitRangeItem.default',
  'LimitRangeItem.defaultRequest',
  'LimitRangeItem.max',
  'LimitRangeItem.maxLimitRequestRatio',
  'LimitRangeItem.min',
  'ResourceQuotaSpec.hard',
  'ResourceQuotaStatus.hard',
  'ResourceQuotaStatus.used',
]);
const QUANTITIES = new Set([
  'CapacityRequestPolicy.default',
  'CapacityRequestPolicy.validValues',
  'CapacityRequestPolicyRange.max',
  'CapacityRequestPolicyRange.min',
  'CapacityRequestPolicyRange.step',
  'Counter.value',
  'CSIStorageCapacity.capacity',
  'CSIStorageCapacity.maximumVolumeSize',
  'DeviceCapacity.value',
  'EmptyDirVolumeSource.sizeLimit',
  'HPAScalingRules.tolerance',
  'MetricTarget.averageValue',
  'MetricTarget.value',
  'MetricValueStatus.averageValue',
  'MetricValueStatus.value',
  'NodeAllocatableResourceMapping.allocationMultiplier',
  'ResourceFieldSelector.divisor',
]);

// Fields that the models call `any`: the definition of the OpenAPI document that says what they may be.
const APIEXTENSIONS_ANY = {
  'JSONSchemaProps.additionalItems': 'JSONSchemaPropsOrBool',
  'JSONSchemaProps.additionalProperties': 'JSONSchemaPropsOrBool',
  'JSONSchemaProps.default': 'JSON',
  'JSONSchemaProps.dependencies': 'JSONSchemaPropsOrStringArray',
  'JSONSchemaProps.enum': 'JSON',
  'JSONSchemaProps.example': 'JSON',
  'JSONSchemaProps.items': 'JSONSchemaPropsOrArray',
};

const OTHER_TEXTS = readOtherTexts();

const definitions = new Map(); // model -> { name, fields, description, descriptions }

async function visit(model, group) {
  if (definitions.has(model) || model in SCALARS) return;
  const file = join(models, `${model}.js`);
  const attributes = (await import(pathToFileURL(file).href))[model].attributeTypeMap;
  const { description, fields: documented } = parseDeclaration(readFileSync(file.replace(/\.js$/, '.d.ts'), 'utf8'));
  const definition = {
    name: `${packageOf(group, model)}.${shortName(model)}`,
    short: shortName(model),
    group,
    version: versionOf(model),
    fields: {},
    description,
    descriptions: {},
  };
  definitions.set(model, definition);
  for (const { name, baseName, type, format } of attributes) {
    const doc = documented.get(name);
    const path = `${definition.short}.${baseName}`;
    const field = fieldOf(type, format, path);
    if (doc && !doc.optional) field.required = true;
    definition.fields[baseName] = field;
    const text = typedText(definition.name, baseName, field) ?? doc?.text;
    if (text) definition.descriptions[baseName] = text;
  }
  for (const { type } of attributes) {
    const inner = innermost(type);
    if (!(inner in SCALARS)) await visit(inner, group);
  }
}

function innermost(type) {
  const list = /^(?:Array|Set)<(.*)>$/.exec(type);
  if (list) return innermost(list[1]);
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return innermost(map[1]);
  return type;
}

function fieldOf(type, format, path) {
  const list = /^(?:Array|Set)<(.*)>$/.exec(type);
  if (list) return { type: 'array', items: fieldOf(list[1], format, path) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return { type: 'map', items: QUANTITY_MAPS.has(path) ? { type: 'quantity' } : fieldOf(map[1], format, path) };
  if (type in SCALARS) {
    if (QUANTITIES.has(path)) return { type: 'quantity' };
    const scalar = { ...SCALARS[type] };
    if (path in APIEXTENSIONS_ANY) scalar.any = APIEXTENSIONS_ANY[path];
    if (type === 'V1MicroTime') scalar.micro = true;
    if (type === 'number' && format?.startsWith('int')) scalar.type = 'integer';
    if (format && !scalar.format) scalar.format = format;
    return scalar;
  }
  return { type: 'object', ref: type };
}

function parseDeclaration(text) {
  const fields = new Map();
  const classDoc = /\/\*\*\n\* ((?:(?!\*\/)[\s\S])*?)\n\*\/\nexport declare class/.exec(text)?.[1] ?? '';
  const property = /(?:\/\*\*\n\s*\* ((?:(?!\*\/)[\s\S])*?)\n\s*\*\/\n\s*)?'([^'\n]+)'(\?)?: /g;
  for (const match of text.matchAll(property)) {
    fields.set(match[2], { text: plainText(match[1] ?? ''), optional: match[3] === '?' });
  }
  return { description: plainText(classDoc), fields };
}

/** What kubernetes-models says of a field of which client-node has no text, or that of its type alone. */
function typedText(definition, baseName, { ref, type, micro }) {
  if (ref === undefined && type !== 'intOrString' && !micro) return undefined;
  const [group, version, short] = definition.split('.').slice(-3);
  return OTHER_TEXTS.get(`${group}/${version}/${short}`)?.get(baseName);
}

/** Texts by `group/version/model`, and field. */
function readOtherTexts() {
  const texts = new Map();
  for (const file of readdirSync(otherModels, { recursive: true })) {
    const [, folder, version, short] = /^(?:(.*)\/)?(v\d\w*)\/(\w+)\.d\.ts$/.exec(file) ?? [];
    if (short === undefined) continue;
    const declared = /export interface I\w+[^{]*\{([\s\S]*?)\n\}/.exec(readFileSync(join(otherModels, file), 'utf8'))?.[1] ?? '';
    const property = /\/\*\*\n\s*\* ((?:(?!\*\/)[\s\S])*?)\n\s*\*\/\n\s*"([^"\n]+)"\?*: /g;
    const fields = new Map([...declared.matchAll(property)].map(([, text, name]) => [name, plainText(text.replace(/\\([*/])/g, '$1'))]));
    texts.set(`${(folder ?? 'core').split('.')[0]}/${version}/${short}`, fields);
  }
  return texts;
}

function plainText(text) {
  return text
    .replace(/\n\s*\* ?/g, '\n')
    .replace(/\\(['"])/g, '$1')
    .trim();
}

for (const { group, models: names } of roots.filter((r) => r.group === 'meta')) {
  for (const model of names) await visit(model, group);
}
for (const { group, models: names } of roots) for (const model of names) await visit(model, group);

// An object without fields, which is there or is not: there is no model of it.
const SUBRESOURCE_STATUS = 'V1CustomResourceSubresourceStatus';
if (definitions.has('V1CustomResourceSubresources')) {
  const group = 'apiextensions';
  const short = shortName(SUBRESOURCE_STATUS);
  const description = 'CustomResourceSubresourceStatus says that a custom resource has a status subresource.';
  const name = `${packageOf(group, SUBRESOURCE_STATUS)}.${short}`;
  definitions.set(SUBRESOURCE_STATUS, { name, short, group, version: 1, fields: {}, description, descriptions: {} });
  definitions.get('V1CustomResourceSubresources').fields.status = { type: 'object', ref: SUBRESOURCE_STATUS };
}

// The models name properties as TypeScript does; the OpenAPI document is the authority for the wire name, which baseName carries.
const schema = {};
const descriptions = {};
const byModel = new Map([...definitions].map(([model, d]) => [model, d.name]));
const resolve = (field) => {
  const out = { ...field };
  if (out.any) out.any = `${GROUP_PACKAGE.apiextensions}.${out.any}`;
  if (out.ref) out.ref = byModel.get(out.ref);
  if (out.items) out.items = resolve(out.items);
  return out;
};
for (const definition of [...definitions.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
  schema[definition.name] = { fields: Object.fromEntries(Object.entries(definition.fields).map(([k, v]) => [k, resolve(v)])) };
  descriptions[definition.name] = { description: definition.description, fields: definition.descriptions };
}

// TypeScript names: the last part of the definition's name; two of the same name carry their group, and an older version of one its version.
const sameName = new Map();
for (const d of definitions.values()) sameName.set(d.short, [...(sameName.get(d.short) ?? []), d]);
const tsName = (model) => {
  const { short, group, version } = definitions.get(model);
  const others = sameName.get(short);
  const prefix = others.some((other) => other.group !== group) ? group[0].toUpperCase() + group.slice(1) : '';
  const suffix = others.some((other) => other.group === group && other.version > version) ? `V${version}` : '';
  return prefix + short + suffix;
};
const tsType = (field) => {
  switch (field.type) {
    case 'array':
      return `${wrap(tsType(field.items))}[]`;
    case 'map':
      return `Record<string, ${tsType(field.items)}>`;
    case 'object':
      return tsName(field.ref);
    case 'any':
      return 'unknown';
    case 'integer':
      return 'number';
    case 'intOrString':
      return 'number | string';
    case 'quantity':
      return 'string';
    default:
      return field.type;
  }
};
const wrap = (type) => (type.includes('|') ? `(${type})` : type);
let types = '// Generated from @kubernetes/client-node by scripts/generate.mjs. Wire form: times and quantities are strings.\n';
for (const [model, d] of [...definitions].sort((a, b) => (tsName(a[0]) < tsName(b[0]) ? -1 : 1))) {
  types += `\nexport interface ${tsName(model)} {\n`;
  for (const [name, field] of Object.entries(d.fields)) {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    types += `  ${key}${field.required ? '' : '?'}: ${tsType(field)};\n`;
  }
  types += '}\n';
}

const out = join(here, '../generated');
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'schema.json'), JSON.stringify(schema));
writeFileSync(join(out, 'descriptions.json'), JSON.stringify(descriptions));
writeFileSync(join(out, 'types.ts'), types);
console.log(`generated ${definitions.size} definitions`);
