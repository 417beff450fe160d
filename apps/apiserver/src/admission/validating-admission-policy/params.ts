import type { KindRow, ParamKind, ParamRef } from '@kubernats/api';
import { labelSelectorOf } from '@kubernats/apimachinery';
import type { Held } from '../../cache/stored.ts';
import { type Core, placeOf } from '../../core.ts';
import { fromKept } from '../../rest/create-object.ts';

/** A policy or a binding that cannot be followed as it is. */
export class ConfigurationError extends Error {}

/** The row of a policy's parameters. Throws a ConfigurationError. */
export function paramRow({ kinds }: Core, { apiVersion = '', kind = '' }: ParamKind): KindRow {
  const slash = apiVersion.indexOf('/');
  const row = kinds.byKind(slash === -1 ? '' : apiVersion.slice(0, slash), apiVersion.slice(slash + 1), kind);
  if (!row) throw new ConfigurationError(`failed to find resource referenced by paramKind: '${apiVersion}, Kind=${kind}'`);
  return row;
}

/**
 * The parameters with which a binding applies its policy to a request in `namespace`; `[undefined]`: once, without any. Throws a ConfigurationError.
 * Source: the concept "Validating Admission Policy", "Parameter resources".
 */
export async function paramsFor(
  core: Core,
  row: KindRow | undefined,
  ref: ParamRef | undefined,
  namespace: string,
): Promise<(Held | undefined)[]> {
  if (!row || !ref) return [undefined];
  if (!row.namespaced && ref.namespace)
    throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  const where = row.namespaced ? ref.namespace || namespace : '';
  if (row.namespaced && where === '') {
    throw new ConfigurationError('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
  }
  const found = ref.name ? await named(core, row, where, ref.name) : selected(core, row, where, ref);
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') {
    throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return found;
}

async function named(core: Core, row: KindRow, namespace: string, name: string): Promise<Held[]> {
  const { cache, stream } = placeOf(core, row);
  // Another API server may have made it a moment ago.
  if (!cache.get(namespace, name)) await stream.fresh();
  const stored = cache.get(namespace, name);
  return stored ? [fromKept(row, stored.object)] : [];
}

function selected(core: Core, row: KindRow, namespace: string, { selector = {} }: ParamRef): Held[] {
  const labels = labelSelectorOf(selector);
  const found: Held[] = [];
  placeOf(core, row)
    .cache.snapshot()
    .scan(`${namespace}/`, '', ({ object }) => {
      if (labels.matches(object.metadata.labels)) found.push(fromKept(row, object));
      return true;
    });
  return found;
}
