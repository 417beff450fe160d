/**
 * What a pure function must know of a type to decode, patch or track it: the structural part of an OpenAPI schema and
 * Kubernetes' extensions for lists and maps. The package `api` makes these from its generated schema.
 */
export interface FieldSchema {
  type: 'object' | 'map' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'quantity' | 'intOrString' | 'any';
  format?: string;
  required?: boolean;
  /** What it is where it is left out, if it is a key of a list's elements (`default` of the OpenAPI schema). */
  default?: unknown;
  /** Of an object: its fields. Of any value: what it has where it is an object. */
  object?: ObjectSchema;
  /** Of an array: its elements. Of a map: its values. */
  items?: FieldSchema;
  /** `x-kubernetes-list-type`; absent means atomic. */
  listType?: 'atomic' | 'set' | 'map';
  /** `x-kubernetes-list-map-keys`. */
  listMapKeys?: string[];
  /** `x-kubernetes-map-type`: an atomic object or map has one owner as a whole. */
  mapType?: 'atomic' | 'granular';
  /** `x-kubernetes-patch-strategy`, split at commas: `merge`, `replace`, `retainKeys`. */
  patchStrategy?: string[];
  /** `x-kubernetes-patch-merge-key`. */
  patchMergeKey?: string;
}

export interface ObjectSchema {
  /** The definition's name, such as `io.k8s.api.core.v1.Pod`. */
  name: string;
  fields: ReadonlyMap<string, FieldSchema>;
  /** Of a custom resource: no type of Go's has the fields before somebody sets them. */
  custom?: true;
  /** Other fields may be there too, of which nothing is known (`x-kubernetes-preserve-unknown-fields`). */
  open?: true;
}
