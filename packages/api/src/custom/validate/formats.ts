// The formats of strings that Kubernetes checks. Source: "Extend the Kubernetes API with CustomResourceDefinitions"; the comments of
// `JSONSchemaProps.format` in the API reference.
import { dns1123Label, dns1123Subdomain, isQuantity, parseGoDuration } from '@kubernats/apimachinery';
import { isCidr, isIPv4, isIPv6 } from '../../validation/basics.ts';

type Check = (text: string) => boolean;

const matches =
  (expression: RegExp): Check =>
  (text) =>
    expression.test(text);

const UUID = (version: string, variant: string): RegExp =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i');

const FORMATS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['bsonobjectid', matches(/^[0-9a-fA-F]{24}$/)],
  ['uri', isRequestUri],
  ['email', isEmail],
  ['hostname', isHostname],
  ['ipv4', isIPv4],
  ['ipv6', isIPv6],
  ['cidr', isCidr],
  ['mac', isMac],
  ['uuid', matches(UUID('[0-9a-f]', '[0-9a-f]'))],
  ['uuid3', matches(UUID('3', '[0-9a-f]'))],
  ['uuid4', matches(UUID('4', '[89ab]'))],
  ['uuid5', matches(UUID('5', '[89ab]'))],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', isCreditCard],
  ['ssn', matches(/^\d{3}[- ]\d{2}[- ]\d{4}$/)],
  ['hexcolor', matches(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)],
  ['rgbcolor', isRgbColor],
  ['byte', matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/)],
  ['password', () => true],
  ['date', isDate],
  ['duration', isDuration],
  ['datetime', isDateTime],
  ['quantity', isQuantity],
  ['k8sshortname', (text) => dns1123Label(text).length === 0],
  ['k8slongname', (text) => dns1123Subdomain(text).length === 0],
]);

const NUMBER_FORMATS: Readonly<Record<string, readonly string[]>> = { integer: ['int32', 'int64'], number: ['float', 'double'] };

const normalName = (format: string): string => format.replaceAll('-', '');

/** The format as it was written, or '' for one that Kubernetes does not know for such values, and does not check. */
export function knownFormat(types: readonly string[], format: string): string {
  const [type = ''] = types.length === 1 ? types : [];
  if (type === '' || type === 'string') return FORMATS.has(normalName(format)) ? format : '';
  return Object.hasOwn(NUMBER_FORMATS, type) && NUMBER_FORMATS[type]?.includes(format) ? format : '';
}

/** Whether a text is of a format that is known for strings. */
export const isOfFormat = (text: string, format: string): boolean => FORMATS.get(normalName(format))?.(text) ?? true;

/** As Go's `url.ParseRequestURI` takes one: absolute, or a path. */
function isRequestUri(text: string): boolean {
  if (/[\u0000-\u001f\u007f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  if (text === '*' || text.startsWith('/')) return true;
  const [, rest] = /^[A-Za-z][A-Za-z0-9+.-]*:(.*)$/.exec(text) ?? [];
  if (rest === undefined || rest === '') return false;
  const [, authority] = /^\/\/([^/?#]*)/.exec(rest) ?? [];
  return authority === undefined || /^(?:[^@\s]*@)?(?:\[[^\]\s]+\]|[^\s:[\]<>"]*)(?::\d*)?$/.test(authority);
}

/** As Go's `mail.ParseAddress` takes one: with a name before it, too. */
function isEmail(text: string): boolean {
  const [, address = text] = /^[^<>]*<([^<>]*)>\s*$/.exec(text) ?? [];
  const [, local = '', domain = ''] = /^([^@]+|"[^"]*")@([^@]+)$/.exec(address.trim()) ?? [];
  const isAtoms = (part: string) => part.split('.').every((atom) => /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+$/.test(atom));
  return (isAtoms(local) || /^"[^"]*"$/.test(local)) && (isAtoms(domain) || /^\[[^[\]\\\s]+\]$/.test(domain));
}

const MAX_HOSTNAME = 255;
const MAX_LABEL = 63;

/** Letters, symbols, digits and dashes within; the last label of several has at least two. */
function isHostname(text: string): boolean {
  if (text.length > MAX_HOSTNAME) return false;
  const labels = text.split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length > 1 && [...last].length < 2) return false;
  return labels.every(
    (label) => label.length <= MAX_LABEL && /^[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\p{S}\p{L}-]*[a-zA-Z0-9\p{S}\p{L}])?$/u.test(label),
  );
}

/** How many bytes an address of a network interface has. */
const MAC_BYTES = [6, 8, 20];

function isMac(text: string): boolean {
  const [, separator = ''] = /^[0-9a-f]{2}([:-])/i.exec(text) ?? [];
  const parts = text.split(separator === '' ? '.' : separator);
  const bytes = separator === '' ? 2 : 1;
  return MAC_BYTES.includes(parts.length * bytes) && parts.every((part) => part.length === 2 * bytes && /^[0-9a-f]+$/i.test(part));
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + (10 - i) * (digit === 'X' ? 10 : Number(digit)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  return [...digits].reduce((total, digit, i) => total + (i % 2 === 0 ? 1 : 3) * Number(digit), 0) % 10 === 0;
}

const CREDIT_CARD =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11}|6[27]\d{14})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '');
  if (!CREDIT_CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isRgbColor(text: string): boolean {
  const [, ...parts] = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text) ?? [];
  return parts.length === 3 && parts.every((part) => Number(part) <= 255 && String(Number(part)) === part);
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const [date = '', time = '', ...more] = text.toLowerCase().split('t');
  const [, hour, minute, second] = /^(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time) ?? [];
  if (hour === undefined || more.length > 0) return false;
  return isDate(date) && Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59;
}

const UNITS =
  /^(?:ns|nanos?|us|µs|micros?|ms|millis?|s|secs?|m|mins?|h|hrs?|hours?|d|days?|w|wks?|weeks?|nano\w*|micro\w*|milli\w*|sec\w*|min\w*|hour\w*|day\w*|week\w*)$/i;

/** As Go writes one, or Scala: `22 ns`, `3 weeks`. */
function isDuration(text: string): boolean {
  try {
    parseGoDuration(text);
    return true;
  } catch {
    return Array.from(text.matchAll(/\d+\s*([A-Za-zµ]+)/g)).some(([, unit = '']) => UNITS.test(unit));
  }
}
