import type { Type } from '../language/types.ts';
import { type CompiledRule, compileRule } from './compiled-rule.ts';
import { declaredType } from './declare.ts';
import { escapeName } from './escape.ts';
import type { JsonSchema } from './json-schema.ts';

/** A part of a schema in or below which there are rules. */
export interface RuleNode {
  schema: JsonSchema;
  /** What values of this part are in expressions; undefined: they cannot be seen. */
  type: Type | undefined;
  rules: readonly CompiledRule[];
  items: RuleNode | undefined;
  properties: ReadonlyMap<string, RuleNode>;
  additionalProperties: RuleNode | undefined;
  allOf: readonly RuleNode[];
}

/** Compiles all rules of a schema. Undefined: there are none. */
export function ruleNode(schema: JsonSchema, type: Type | undefined): RuleNode | undefined {
  return build(schema, schema, type);
}

/** `rules` is the part that has the rules (a part of an allOf may), `schema` the one that says what the values are. */
function build(rules: JsonSchema, schema: JsonSchema, type: Type | undefined): RuleNode | undefined {
  const node: RuleNode = {
    schema,
    type,
    rules: type ? (rules['x-kubernetes-validations'] ?? []).map((rule) => compileRule(rule, type, schema)) : [],
    items: rules.items && schema.items && build(rules.items, schema.items, elementOf(type)),
    properties: propertyNodes(rules, schema, type),
    additionalProperties: additional(rules, schema, type),
    allOf: (rules.allOf ?? []).flatMap((part) => build(part, schema, type) ?? []),
  };
  const isEmpty = (rules['x-kubernetes-validations'] ?? []).length + node.properties.size + node.allOf.length === 0;
  return isEmpty && !node.items && !node.additionalProperties ? undefined : node;
}

function propertyNodes(rules: JsonSchema, schema: JsonSchema, type: Type | undefined): ReadonlyMap<string, RuleNode> {
  const nodes = new Map<string, RuleNode>();
  for (const [name, property] of Object.entries(rules.properties ?? {})) {
    const described = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    const node = described && build(property, described, propertyType(name, described, type));
    if (node) nodes.set(name, node);
  }
  return nodes;
}

/** A property that has no name in expressions is none of its parent's fields, and a type all the same. */
function propertyType(name: string, schema: JsonSchema, parent: Type | undefined): Type | undefined {
  const field = escapeName(name);
  const known = field !== undefined && parent?.kind === 'object' ? parent.fields.get(field)?.type : undefined;
  return known ?? declaredType(schema, `${parent?.kind === 'object' ? parent.name : ''}.${name}`);
}

function additional(rules: JsonSchema, schema: JsonSchema, type: Type | undefined): RuleNode | undefined {
  if (typeof rules.additionalProperties !== 'object' || typeof schema.additionalProperties !== 'object') return undefined;
  return build(rules.additionalProperties, schema.additionalProperties, type?.kind === 'map' ? type.value : undefined);
}

const elementOf = (type: Type | undefined): Type | undefined => (type?.kind === 'list' ? type.element : undefined);
