// References to fields of a schema: `.spec.replicas`, `.metadata.labels['my.label']`.
import type { JSONSchemaProps } from '../../../../../generated/types.ts';
import { additionalOf, propertiesOf, propertyOf } from './sub-schemas.ts';

export interface Reference {
  steps: string[];
  /** Of the field; undefined: of a value that may be anything. */
  schema: JSONSchemaProps | undefined;
}

const NO_FIELD = 'does not refer to a valid field';
const END = 'unexpected end of JSON path';
const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', "'": "'", '\\': '\\' };

/** The field that a path leads to; or why it leads nowhere, in Kubernetes' words. `brackets`: whether `['name']` may be written. */
export function followPath(path: string, root: JSONSchemaProps, { brackets = true } = {}): Reference | { problem: string } {
  const tokens = path.match(/'(?:[^'\\]|\\.)*'?|[.[\]]|[^.[\]]+/gs) ?? [];
  const steps: string[] = [];
  let schema: JSONSchemaProps | undefined = root;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    let name = tokens[++i];
    if (token !== '.' && token !== '[') return { problem: `expected [ or . but got: ${token}` };
    if (token === '[' && !brackets) return { problem: 'array notation is not allowed' };
    if (name === undefined) return { problem: END };
    if (token === '[') {
      if (!/^'.*'$/s.test(name)) return { problem: `expected single quoted string but got ${name}` };
      name = name.slice(1, -1).replace(/\\(.)/gs, (all, char: string) => ESCAPES[char] ?? all);
      const closing = tokens[++i];
      if (closing === undefined) return { problem: END };
      if (closing !== ']') return { problem: `expected ] but got ${closing}` };
    }
    const next: Inside | undefined = schema && inside(schema, name);
    if (!next) return { problem: NO_FIELD };
    steps.push(name);
    schema = next.schema;
  }
  return { steps, schema };
}

type Inside = Pick<Reference, 'schema'>;

function inside(schema: JSONSchemaProps, name: string): Inside | undefined {
  if (propertiesOf(schema).length > 0) {
    const property = propertyOf(schema, name);
    return property && { schema: property };
  }
  return schema.additionalProperties === undefined ? undefined : { schema: additionalOf(schema) };
}
