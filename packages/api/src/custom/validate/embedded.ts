import {
  dns1035Label,
  type FieldPath,
  fieldPath,
  invalidValue,
  isJsonObject,
  type JsonObject,
  pathSegmentName,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { validateObjectMeta } from '../../metadata/object-meta.ts';
import type { Structural } from '../structural.ts';

/** Objects of the API within an object say what they are, and their metadata is in order. Source: `x-kubernetes-embedded-resource`. */
export function validateEmbedded(object: object, schema: Structural): Cause[] {
  const causes: Cause[] = [];
  // The outermost object is looked at as every object is.
  visit(object, { ...schema, embedded: false }, fieldPath(), causes);
  return causes;
}

function visit(value: unknown, schema: Structural, path: FieldPath, causes: Cause[]): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) for (const [i, item] of value.entries()) visit(item, items, path.index(i), causes);
  } else if (isJsonObject(value)) {
    if (schema.embedded) checkResource(value, path, causes);
    for (const name of Object.keys(value)) {
      const property = schema.properties.get(name);
      if (property) visit(value[name], property, path.child(name), causes);
      else if (typeof schema.additional === 'object') visit(value[name], schema.additional, path.key(name), causes);
    }
  }
}

function checkResource({ apiVersion, kind, metadata }: JsonObject, path: FieldPath, causes: Cause[]): void {
  if (isText(apiVersion, path.child('apiVersion'), causes) && apiVersion.split('/').length > 2) {
    causes.push(invalidValue(path.child('apiVersion'), apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  }
  if (isText(kind, path.child('kind'), causes)) {
    const wrong = dns1035Label(kind.toLowerCase());
    const why = `may have mixed case, but should otherwise match: ${wrong.join(',')}`;
    if (wrong.length > 0) causes.push(invalidValue(path.child('kind'), kind, why));
  }
  if (!isJsonObject(metadata)) return;
  const named = { ...metadata, name: typeof metadata.name === 'string' && metadata.name !== '' ? metadata.name : 'fakename' };
  const inNamespace = typeof metadata.namespace === 'string' && metadata.namespace !== '';
  causes.push(...validateObjectMeta({ namespaced: inNamespace, nameRule: pathSegmentName, custom: true }, named, path.child('metadata')));
}

function isText(value: unknown, path: FieldPath, causes: Cause[]): value is string {
  if (value === undefined || value === '') causes.push(required(path));
  else if (typeof value === 'string') return true;
  else causes.push(invalidValue(path, value, 'must be a string'));
  return false;
}
