// The words of go-openapi, as kube-apiserver prints them.
import { goQuote, invalidValue, notSupported, required, tooLong, tooMany, typeInvalid } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

/** A field of a value, as text: `spec.ports[0].name`; '' is the object itself. */
export type Where = string;

/** Of what concerns a value as a whole, Kubernetes names the field in the message only. */
const NOWHERE = '<nil>';
const at = (where: Where): string => (where === '' ? NOWHERE : where);

/** `given` is the type that the value has. */
export const wrongType = (where: Where, types: string, given: string): Cause =>
  typeInvalid(at(where), given, `${where} in body must be of type ${types}: ${goQuote(given)}`);

export const wrongFormat = (where: Where, format: string, value: string): Cause =>
  typeInvalid(at(where), value, `${where} in body must be of type ${format}: ${goQuote(value)}`);

export const missing = (where: Where, name: string): Cause => required(where === '' ? name : `${where}.${name}`);

export const notInEnum = (where: Where, value: unknown, known: readonly unknown[]): Cause =>
  notSupported(
    at(where),
    value,
    known.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))),
  );

export const textTooLong = (where: Where, max: number): Cause => tooLong(at(where), '', max);
export const textTooShort = (where: Where, value: string, min: number): Cause =>
  invalidValue(at(where), value, `${where} in body should be at least ${min} chars long`);
export const noMatch = (where: Where, value: string, pattern: string): Cause =>
  invalidValue(at(where), value, `${where} in body should match '${pattern}'`);

export const tooLarge = (where: Where, value: number, max: number, exclusive: boolean): Cause =>
  invalidValue(at(where), value, `${where} in body should be less than ${exclusive ? '' : 'or equal to '}${max}`);
export const tooSmall = (where: Where, value: number, min: number, exclusive: boolean): Cause =>
  invalidValue(at(where), value, `${where} in body should be greater than ${exclusive ? '' : 'or equal to '}${min}`);
/** Kubernetes takes it: here it would be another number than its author has written. */
export const inexact = (where: Where, value: number): Cause =>
  invalidValue(
    at(where),
    value,
    `${where} in body should be between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}: kubernats keeps larger integers not exactly`,
  );
export const notMultiple = (where: Where, value: number, factor: number): Cause =>
  invalidValue(at(where), value, `${where} in body should be a multiple of ${factor}`);

export const tooManyItems = (where: Where, size: number, max: number): Cause => tooMany(at(where), size, max);
export const tooFewItems = (where: Where, size: number, min: number): Cause =>
  invalidValue(at(where), size, `${where} in body should have at least ${min} items`);
export const notUnique = (where: Where): Cause => invalidValue(at(where), '', `${where} in body shouldn't contain duplicates`);

export const tooManyProperties = (where: Where, size: number, max: number): Cause => tooMany(at(where), size, max);
export const tooFewProperties = (where: Where, size: number, min: number): Cause =>
  invalidValue(at(where), size, `${where} in body should have at least ${min} properties`);
export const forbiddenProperty = (where: Where, name: string): Cause =>
  invalidValue(at(where), name, `${where}.${name} in body is a forbidden property`);

const ofSchemas = (where: Where, text: string): Cause => invalidValue(NOWHERE, '', `${goQuote(where)} must ${text}`);
export const noneOfAny = (where: Where): Cause => ofSchemas(where, 'validate at least one schema (anyOf)');
export const notAll = (where: Where, none: boolean): Cause =>
  ofSchemas(where, `validate all the schemas (allOf)${none ? '. None validated' : ''}`);
export const notOne = (where: Where, valid: number): Cause =>
  ofSchemas(where, `validate one and only one schema (oneOf). ${valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`}`);
export const isForbidden = (where: Where): Cause => ofSchemas(where, 'not validate the schema (not)');

export const tooMuchWork = (): Cause => invalidValue(NOWHERE, '', 'the object takes too many steps to validate against its schema');
