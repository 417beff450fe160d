// The generated table of Kubernetes' definitions, typed.
import schema from '../../generated/schema.json' with { type: 'json' };
import { METRICS_DEFINITIONS } from './metrics-definitions.ts';

/** One field of a definition, as `scripts/generate.mjs` writes it. */
export interface GeneratedField {
  type: 'object' | 'map' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'quantity' | 'intOrString' | 'any';
  format?: string;
  /** Of an object: the name of its definition. */
  ref?: string;
  /** Of any value: the name of the definition that says what it may be. */
  any?: string;
  items?: GeneratedField;
  required?: boolean;
  /** A time with microseconds. */
  micro?: boolean;
}

export interface GeneratedDefinition {
  fields: Record<string, GeneratedField>;
}

/** By the names of Kubernetes' OpenAPI document, such as `io.k8s.api.core.v1.Pod`. */
export const DEFINITIONS: Record<string, GeneratedDefinition> = {
  ...(schema as Record<string, GeneratedDefinition>),
  ...METRICS_DEFINITIONS,
};
