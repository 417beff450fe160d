import type { KindRow, KubeObject } from '@kubernats/api';
import {
  everything,
  type FieldSelector,
  fieldSelectorOf,
  goQuote,
  parseFieldSelector,
  parseLabelSelector,
  type Selector,
} from '@kubernats/apimachinery';
import { badRequest, StatusError } from '@kubernats/errors';
import type { Selection } from '../cache/selection.ts';
import type { Stored } from '../cache/stored.ts';
import { fromKept } from './create-object.ts';

const NO_FIELDS = fieldSelectorOf([]);

/**
 * The objects that a list, watch or deletecollection is about. `row` is the kind that was asked for, `indexedPath` the field
 * that its cache is indexed by. Throws BadRequest for selectors that do not parse or name an unknown field.
 */
export function selectionOf(
  row: KindRow,
  where: { namespace?: string; name?: string; labelSelector?: string; fieldSelector?: string },
  indexedPath: string | undefined,
): Selection {
  const labels = where.labelSelector ? parsed('labelSelector', where.labelSelector, parseLabelSelector) : everything;
  const fields = where.fieldSelector ? parsed('fieldSelector', where.fieldSelector, parseFieldSelector) : NO_FIELDS;
  for (const { path } of fields.requirements) {
    if (path !== 'metadata.name' && path !== 'metadata.namespace' && !Object.hasOwn(row.fieldSelectors, path)) {
      throw badRequest(unknownField(row, path));
    }
  }
  const exactly = (path: string) => fields.requirements.find((each) => each.path === path && each.operator === '=')?.value;
  const namespace = where.namespace || undefined;
  const name = where.name ?? exactly('metadata.name');
  const noSelector = labels.empty && fields.empty && where.name === undefined;
  const selection: Selection = {
    key: `${namespace ?? ''}|${where.name ?? ''}|${labels}|${fields}`,
    namespace,
    name,
    indexed: indexedPath === undefined ? undefined : exactly(indexedPath) || undefined,
    everything: noSelector,
    matches: matcher(row, namespace, where.name, labels, fields),
  };
  if (!row.custom?.conversions) return selection;
  return { ...selection, coarse: { ...selection, matches: matcher(row, namespace, where.name, everything, NO_FIELDS) } };
}

/** A kind that has no fields of its own to select by says which ones all have. */
function unknownField({ fieldSelectors, custom }: KindRow, path: string): string {
  if (custom || Object.keys(fieldSelectors).length > 0) return `field label not supported: ${path}`;
  return `${goQuote(path)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function matcher(
  row: KindRow,
  namespace: string | undefined,
  name: string | undefined,
  labels: Selector,
  fields: FieldSelector,
): (stored: Stored) => boolean {
  const nameIs = (stored: Stored) =>
    (namespace === undefined || stored.namespace === namespace) && (name === undefined || stored.name === name);
  if (labels.empty && fields.empty) return nameIs;
  const { storedAs, custom } = row;
  // A webhook may make other labels.
  const labelsOf = ({ object }: Stored) => (custom?.conversions ? fromKept(row, object) : object).metadata.labels;
  return (stored) => {
    if (!nameIs(stored)) return false;
    if (!labels.empty && !labels.matches(labelsOf(stored))) return false;
    if (fields.empty) return true;
    let object: KubeObject | undefined;
    return fields.matches((path) => {
      if (path === 'metadata.name') return stored.name;
      if (path === 'metadata.namespace') return stored.namespace;
      object ??= storedAs || custom?.conversions ? fromKept(row, stored.object) : stored.object;
      return row.fieldSelectors[path]?.(object) ?? '';
    });
  };
}

function parsed<T>(parameter: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`${parameter}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
