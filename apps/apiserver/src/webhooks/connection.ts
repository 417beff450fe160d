import type { KubeObject } from '@kubernats/api';
import { isJsonObject } from '@kubernats/apimachinery';
import { internalError } from '@kubernats/errors';
import type { Asked } from './attributes.ts';
import type { Form } from './form.ts';

/** The options of a connection, as `PodExecOptions`: what admission sees of a request that has no body. */
export type ConnectOptions<T extends object> = KubeObject & T;

/** A connection, for admission to look at. `options` has every field that the kind has. */
export function connection<T extends object>(kind: string, options: T): Asked & { object: ConnectOptions<T> } {
  return {
    operation: 'CONNECT',
    target: { group: '', version: 'v1', kind, definition: `io.k8s.api.core.v1.${kind}` },
    object: { kind, apiVersion: 'v1', ...options },
  };
}

/** Options have no schema: what webhooks make of them has to have the same fields, of the same types. */
export const connectionForm = (target: Asked['target'], options: KubeObject): Form => ({
  targetIn: () => target,
  schemaIn: () => undefined,
  shown: (object) => object,
  read(value) {
    const given = isJsonObject(value) ? value : {};
    return Object.fromEntries(
      Object.entries(options).map(([field, before]) => {
        const after = Object.hasOwn(given, field) ? given[field] : emptyOf(before);
        if (typeOf(after) === typeOf(before)) return [field, after];
        throw internalError(
          `json: cannot unmarshal ${typeOf(after)} into Go struct field ${target.kind}.${field} of type ${typeOf(before)}`,
        );
      }),
    );
  },
});

const emptyOf = (value: unknown): unknown => (Array.isArray(value) ? [] : typeof value === 'boolean' ? false : '');

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string') ? '[]string' : 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
