import {
  duplicate,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  parseQuantity,
  qualifiedName,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { LimitRange, LimitRangeItem } from '../../../generated/types.ts';
import { LimitRanges } from '../../refs.ts';
import { CREATED_AT, NAME } from '../../table/common-columns.ts';
import { checkResourceName } from '../../validation/resource-name.ts';
import { defineKind } from '../define.ts';

/** What is said of one resource. */
interface Bounds {
  min: string | undefined;
  max: string | undefined;
  default: string | undefined;
  defaultRequest: string | undefined;
  maxLimitRequestRatio: string | undefined;
}

const STANDARD_TYPES: ReadonlySet<string> = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);
const CONTAINER_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const AMOUNTS = ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

function fillIn({ spec }: LimitRange): void {
  for (const item of spec?.limits ?? []) {
    if (item.type !== 'Container') continue;
    item.default = { ...item.max, ...item.default };
    item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
  }
}

function validate({ spec }: LimitRange): Cause[] {
  const out: Cause[] = [];
  const types = new Set<string>();
  for (const [index, item] of (spec?.limits ?? []).entries()) {
    const at = fieldPath('spec').child('limits').index(index);
    const { type = '' } = item;
    checkType(type, at.child('type'), out);
    if (types.has(type)) {
      out.push(duplicate(at.child('type'), type));
      continue;
    }
    types.add(type);
    checkItem(item, at, out);
  }
  return out;
}

function checkType(type: string, at: FieldPath, out: Cause[]): void {
  const problems = qualifiedName(type);
  for (const problem of problems) out.push(invalidValue(at, type, problem));
  if (problems.length === 0 && !type.includes('/') && !STANDARD_TYPES.has(type)) {
    out.push(invalidValue(at, type, 'must be a standard limit type or fully qualified'));
  }
}

function checkItem(item: LimitRangeItem, at: FieldPath, out: Cause[]): void {
  const { type } = item;
  for (const field of AMOUNTS) for (const name of Object.keys(item[field] ?? {})) checkResource(type, name, at.child(field).key(name), out);
  if (type === 'Pod') {
    for (const field of ['default', 'defaultRequest'] as const) {
      if (Object.keys(item[field] ?? {}).length > 0) out.push(forbiddenField(at.child(field), "may not be specified when `type` is 'Pod'"));
    }
  }
  if (type === 'PersistentVolumeClaim' && item.min?.storage === undefined && item.max?.storage === undefined) {
    out.push(required(at, 'either minimum or maximum storage value is required, but neither was provided'));
  }
  const names = new Set(AMOUNTS.flatMap((field) => Object.keys(item[field] ?? {})));
  for (const name of [...names].sort()) {
    const of = (field: (typeof AMOUNTS)[number]): string | undefined =>
      Object.hasOwn(item[field] ?? {}, name) ? item[field]?.[name] : undefined;
    checkBounds(
      {
        min: of('min'),
        max: of('max'),
        default: of('default'),
        defaultRequest: of('defaultRequest'),
        maxLimitRequestRatio: of('maxLimitRequestRatio'),
      },
      name,
      at,
      out,
    );
  }
}

function checkResource(type: string, name: string, at: FieldPath, out: Cause[]): void {
  checkResourceName(name, at, out);
  if (name.includes('/') || (type !== 'Pod' && type !== 'Container')) return;
  if (!CONTAINER_RESOURCES.has(name) && !name.startsWith('hugepages-'))
    out.push(invalidValue(at, name, 'must be a standard resource for containers'));
}

function checkBounds(bounds: Bounds, name: string, at: FieldPath, out: Cause[]): void {
  const { min, max, defaultRequest, maxLimitRequestRatio: ratio } = bounds;
  const above = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && parseQuantity(a).compare(parseQuantity(b)) > 0;
  const wrong = (field: keyof Bounds, text: string): void => {
    out.push(invalidValue(at.child(field).key(name), bounds[field], text));
  };
  if (above(min, max)) wrong('min', `min value ${min} is greater than max value ${max}`);
  if (above(min, defaultRequest)) wrong('defaultRequest', `min value ${min} is greater than default request value ${defaultRequest}`);
  if (above(defaultRequest, max)) wrong('defaultRequest', `default request value ${defaultRequest} is greater than max value ${max}`);
  if (above(defaultRequest, bounds.default)) {
    wrong('defaultRequest', `default request value ${defaultRequest} is greater than default limit value ${bounds.default}`);
  }
  if (above(min, bounds.default)) wrong('default', `min value ${min} is greater than default value ${bounds.default}`);
  if (above(bounds.default, max)) wrong('default', `default value ${bounds.default} is greater than max value ${max}`);
  if (ratio === undefined) return;
  if (parseQuantity(ratio).compare(parseQuantity('1')) < 0) wrong('maxLimitRequestRatio', `ratio ${ratio} is less than 1`);
  const [most, least] = [parseQuantity(max ?? '0').toNumber(), parseQuantity(min ?? '0').toNumber()];
  if (most > 0 && least > 0 && parseQuantity(ratio).toNumber() > most / least) {
    wrong('maxLimitRequestRatio', `ratio ${ratio} is greater than max/min = ${(most / least).toFixed(6)}`);
  }
}

export const limitRangeRow = defineKind<LimitRange>(LimitRanges, {
  shortNames: ['limits'],
  columns: [NAME, CREATED_AT],
  strategy: { default: fillIn, validate, countsGeneration: false, allowCreateOnUpdate: true },
});
