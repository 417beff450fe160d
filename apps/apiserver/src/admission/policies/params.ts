import type { KindRow, ParamKind, ParamRef } from '@kubernats/api';
import { labelSelectorOf } from '@kubernats/apimachinery';
import type { Held } from '../../cache/stored.ts';
import { type Core, placeOf } from '../../core.ts';
import { fromKept } from '../../rest/create-object.ts';
import { ConfigurationError } from './configuration-error.ts';

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
  const found = ref.name ? await named(core, row, where, ref.name) : await selected(core, row, where, ref);
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') {
    throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return found;
}

async function named(core: Core, row: KindRow, namespace: string, name: string): Promise<Held[]> {
  const { cache, stream, conversion } = placeOf(core, row);
  // Another API server may have made it a moment ago.
  if (!cache.get(namespace, name)) await stream.fresh();
  const stored = cache.get(namespace, name);
  if (!stored) return [];
  await conversion?.prepare([stored.object]);
  return [fromKept(row, stored.object)];
}

async function selected(core: Core, row: KindRow, namespace: string, { selector = {} }: ParamRef): Promise<Held[]> {
  const labels = labelSelectorOf(selector);
  const { cache, conversion } = placeOf(core, row);
  const kept: Held[] = [];
  cache.snapshot().scan(`${namespace}/`, '', ({ object }) => {
    kept.push(object);
    return true;
  });
  await conversion?.prepare(kept);
  return kept.map((object) => fromKept(row, object)).filter(({ metadata }) => labels.matches(metadata.labels));
}
