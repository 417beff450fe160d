// Checks that many kinds share. Each takes a value and where it is, and appends what is wrong, in Kubernetes' words.
import {
  deepEqual,
  dns1123Label,
  dns1123Subdomain,
  type FieldPath,
  inRange,
  invalidValue,
  notSupported,
  portName,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

export const IMMUTABLE = 'field is immutable';
export const NOT_NEGATIVE = 'must be greater than or equal to 0';
export const GREATER_THAN_ZERO = 'must be greater than zero';

/** A text that is left out is an empty one. */
export type NameCheck = (value?: string) => string[];

/** Appends every problem that a name check finds. */
export function checkText(check: NameCheck, value: string | undefined, path: FieldPath, out: Cause[]): void {
  for (const problem of check(value)) out.push(invalidValue(path, value ?? '', problem));
}

/** A text that must be there and pass a check. */
export function requiredText(check: NameCheck, value: string | undefined, path: FieldPath, out: Cause[]): void {
  if (value === undefined || value === '') out.push(required(path));
  else checkText(check, value, path, out);
}

export const label = (value: string | undefined, path: FieldPath, out: Cause[]): void => requiredText(dns1123Label, value, path, out);
export const subdomain = (value: string, path: FieldPath, out: Cause[]): void => checkText(dns1123Subdomain, value, path, out);

export function notNegative(value: number | undefined, path: FieldPath, out: Cause[]): void {
  if (value !== undefined && value < 0) out.push(invalidValue(path, value, NOT_NEGATIVE));
}

export function between(value: number, low: number, high: number, path: FieldPath, out: Cause[]): void {
  for (const problem of inRange(value, low, high)) out.push(invalidValue(path, value, problem));
}

/** A field that stays what it was. */
export function immutable(value: unknown, before: unknown, path: FieldPath, out: Cause[]): void {
  if (!deepEqual(value, before)) out.push(invalidValue(path, value ?? null, IMMUTABLE));
}

/** A value of an enumeration. `supported` is printed in its order. An absent value is `required` unless `optional`. */
export function oneOf(
  value: string | undefined,
  supported: readonly string[],
  path: FieldPath,
  out: Cause[],
  { optional = false }: { optional?: boolean } = {},
): void {
  if (value === undefined || value === '') {
    if (!optional) out.push(required(path));
  } else if (!supported.includes(value)) out.push(notSupported(path, value, supported));
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^(?=.*:)(?:[0-9a-fA-F]{0,4}:){2,7}(?:[0-9a-fA-F]{0,4}|(?:\d{1,3}\.){3}\d{1,3})$/;

export const isIPv4 = (text: string): boolean => IPV4.test(text);
export const isIPv6 = (text: string): boolean =>
  IPV6.test(text) && !text.includes(':::') && text.split('::').length <= 2 && (text.includes('::') || text.split(':').length >= 7);
export const isIp = (text: string): boolean => isIPv4(text) || isIPv6(text);

export function checkIp(value: string, path: FieldPath, out: Cause[]): void {
  if (!isIp(value)) out.push(invalidValue(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'));
}

/**
 * Addresses that mean something on one link only are neither endpoints nor external addresses. Those in 127.0.0.0/8 are accepted: on the
 * loopback network they are the cluster's own (Kubernetes refuses them). Takes an address that is valid.
 */
export function checkNonSpecialIp(ip: string, path: FieldPath, out: Cause[]): void {
  if (/^(0\.0\.0\.0|[0:]+)$/.test(ip)) out.push(invalidValue(path, ip, 'may not be unspecified (0.0.0.0 or ::)'));
  if (/^169\.254\./.test(ip) || /^fe[89ab]/i.test(ip)) {
    out.push(invalidValue(path, ip, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  }
  if (/^224\.0\.0\./.test(ip) || /^ff.2:/i.test(ip)) {
    out.push(invalidValue(path, ip, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
  }
}

const CIDR = /^(.+)\/(\d{1,3})$/;

export function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = CIDR.exec(text) ?? [];
  return isIp(address) && Number(bits) <= (isIPv4(address) ? 32 : 128);
}

/** A port by number or by the name of a container's port. */
export function checkPortOrName(value: number | string, path: FieldPath, out: Cause[]): void {
  if (typeof value === 'number') between(value, 1, 65_535, path, out);
  else checkText(portName, value, path, out);
}

/** What may follow a relative path inside a volume; shared by `subPath` and the items of ConfigMaps. */
export function checkRelativePath(value: string, path: FieldPath, out: Cause[]): void {
  if (value.startsWith('/')) out.push(invalidValue(path, value, 'must be a relative path'));
  if (value.split('/').includes('..')) out.push(invalidValue(path, value, "must not contain '..'"));
}
