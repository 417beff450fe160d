// How lists and maps merge: `x-kubernetes-list-type`, `-list-map-keys` and `-map-type`. Source: "Merge strategy" of server-side apply.
import { type FieldPath, forbiddenField, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps } from '../../../../../generated/types.ts';
import { itemsOf, propertyOf } from './sub-schemas.ts';

const LIST_TYPE = 'x-kubernetes-list-type';
const MAP_KEYS = 'x-kubernetes-list-map-keys';
const MAP_TYPE = 'x-kubernetes-map-type';
const IN_SET = 'must be atomic as item of a list with x-kubernetes-list-type=set';

export function checkMapType(schema: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  const mapType = schema[MAP_TYPE];
  if (mapType === undefined) return;
  checkTypeIs('object', `must be object if ${MAP_TYPE} is specified`, schema, at, out);
  if (mapType !== 'atomic' && mapType !== 'granular') out.push(notSupported(at.child(MAP_TYPE), mapType, ['atomic', 'granular']));
}

export function checkListType(schema: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  const listType = schema[LIST_TYPE];
  const keys = schema[MAP_KEYS] ?? [];
  const items = itemsOf(schema);
  const path = at.child(LIST_TYPE);
  if (listType !== undefined) {
    if (schema.type !== 'array') checkTypeIs('array', `must be array if ${LIST_TYPE} is specified`, schema, at, out);
    else if (listType === 'set' && items) checkSetItems(items, at.child('items'), out);
    if (!['atomic', 'set', 'map'].includes(listType)) out.push(notSupported(path, listType, ['atomic', 'set', 'map']));
  }
  const mustBeMap = `must be map if ${MAP_KEYS} is non-empty`;
  if (keys.length > 0 && listType === undefined) out.push(required(path, mustBeMap));
  else if (keys.length > 0 && listType !== 'map') out.push(invalidValue(path, listType, mustBeMap));
  if (listType === 'map') checkMapList(schema, keys, at, out);
  if ((listType === 'map' || listType === 'set') && items) checkKeysAreThere(items, listType, keys, at.child('items'), out);
}

function checkTypeIs(wanted: string, why: string, { type = '' }: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  if (type === '') out.push(required(at.child('type'), why));
  else if (type !== wanted) out.push(invalidValue(at.child('type'), type, why));
}

/** Elements of a set are compared as a whole. */
function checkSetItems(items: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  const listType = items[LIST_TYPE];
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic') {
    out.push(invalidValue(at.child(LIST_TYPE), listType, IN_SET));
  }
  if (items.type === 'object' && items[MAP_TYPE] !== 'atomic') out.push(invalidValue(at.child(MAP_TYPE), listType, IN_SET));
}

function checkMapList(schema: JSONSchemaProps, keys: string[], at: FieldPath, out: Cause[]): void {
  const keysAt = at.child(MAP_KEYS);
  const itemsAt = at.child('items');
  const items = itemsOf(schema);
  if (keys.length === 0) out.push(required(keysAt, `must not be empty if ${LIST_TYPE} is map`));
  if (schema.items === undefined) out.push(required(itemsAt, `must have a schema if ${LIST_TYPE} is map`));
  else if (!items) out.push(invalidValue(itemsAt, schema.items, `must only have a single schema if ${LIST_TYPE} is map`));
  else if (items.type !== 'object') {
    out.push(invalidValue(itemsAt.child('type'), items.type ?? '', `must be object if parent array's ${LIST_TYPE} is map`));
  } else {
    keys.forEach((key, i) => {
      const property = propertyOf(items, key);
      if (!property) out.push(invalidValue(keysAt, keys, 'entries must all be names of item properties'));
      else if (property.type === 'array' || property.type === 'object') {
        const why = `must be a scalar type if parent array's ${LIST_TYPE} is map`;
        out.push(invalidValue(itemsAt.child('properties').key(key).child('type'), items.type, why));
      }
      if (keys.indexOf(key) < i) out.push(invalidValue(keysAt, keys, 'must not contain duplicate entries'));
    });
  }
}

/** Every element must have what it is told by. */
function checkKeysAreThere(items: JSONSchemaProps, listType: string, keys: string[], at: FieldPath, out: Cause[]): void {
  if (items.nullable) out.push(forbiddenField(at.child('nullable'), `cannot be nullable when ${LIST_TYPE} is ${listType}`));
  if (listType !== 'map') return;
  const isKey = `this property is in ${MAP_KEYS}, so it`;
  for (const key of keys) {
    const property = propertyOf(items, key);
    if (!property) continue;
    const path = at.child('properties').key(key);
    if (!items.required?.includes(key) && property.default === undefined) {
      out.push(required(path.child('default'), `${isKey} must have a default or be a required property`));
    }
    if (property.nullable) out.push(forbiddenField(path.child('nullable'), `${isKey} cannot be nullable`));
  }
}
