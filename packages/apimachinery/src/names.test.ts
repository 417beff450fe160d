import { describe, expect, it } from 'vitest';
import {
  cIdentifier,
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  envVarName,
  httpHeaderName,
  inRange,
  labelValue,
  pathSegmentName,
  pathSegmentPrefix,
  percent,
  portName,
  portNumber,
  qualifiedName,
  wildcardDns1123Subdomain,
} from './names.ts';

const LABEL_REGEX = "regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('valid', () => {
  it.each<[(value: string) => string[], string]>([
    [dns1123Label, 'a'],
    [dns1123Label, '0-a'],
    [dns1123Label, 'a'.repeat(63)],
    [dns1123Subdomain, 'a.b-c.0'],
    [dns1035Label, 'a-0'],
    [wildcardDns1123Subdomain, '*.example.com'],
    [qualifiedName, 'a'],
    [qualifiedName, 'example.com/My_Name.1'],
    [labelValue, ''],
    [labelValue, 'A_b.c-1'],
    [cIdentifier, '_a1'],
    [envVarName, 'A.b-c d'],
    [configMapKey, '.hidden'],
    [portName, 'http-1'],
    [pathSegmentName, 'system:node:a'],
    [pathSegmentPrefix, '..'],
    [httpHeaderName, 'X-A'],
    [percent, '25%'],
  ])('%o %s', (check, value) => expect(check(value)).toEqual([]));
});

describe('refused', () => {
  it('says why and shows examples', () => {
    expect(dns1123Label('A')).toEqual([
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
        `(e.g. 'my-name',  or '123-abc', ${LABEL_REGEX}`,
    ]);
    expect(dns1123Label('a.b')).toEqual(['must not contain dots']);
    expect(dns1123Label('a'.repeat(64))).toEqual(['must be no more than 63 bytes']);
    expect(dns1123Label(`${'a'.repeat(63)}-`)[0]).toBe('must be no more than 63 bytes');
    expect(dns1123Label(`${'a'.repeat(63)}-`)).toHaveLength(2);
  });

  it.each<[(value: string) => string[], string]>([
    [dns1123Subdomain, 'a..b'],
    [dns1123Subdomain, 'a\n'],
    [dns1035Label, '0a'],
    [labelValue, '-'],
    [cIdentifier, '1'],
    [configMapKey, 'a/b'],
    [portName, 'too-long-a-name-'],
    [percent, '1'],
  ])('%o %s', (check, value) => expect(check(value)).not.toEqual([]));

  it.each<[(value: string) => string[], string, string[]]>([
    [configMapKey, '..', ["must not be '..'"]],
    [configMapKey, '..a', ["must not start with '..'"]],
    [portName, 'a--b', ['must not contain consecutive hyphens']],
    [portName, '80', ['must contain at least one letter (a-z)']],
    [pathSegmentName, '.', ["may not be '.'"]],
    [pathSegmentName, 'a/b%', ["may not contain '/'", "may not contain '%'"]],
    [envVarName, 'a=b', ["a valid environment variable name must consist only of printable ASCII characters other than '='"]],
    [envVarName, '', ['environment variable name must be non-empty']],
  ])('%o %s', (check, value, problems) => expect(check(value)).toEqual(problems));

  it('names the part of a qualified name', () => {
    expect(qualifiedName('/a')).toEqual(['prefix part must be non-empty']);
    expect(qualifiedName('a/')[0]).toBe('name part must be non-empty');
    expect(qualifiedName('a/b/c')[0]).toMatch(/^a qualified name must consist of .* with an optional DNS subdomain prefix and '\/' /);
  });

  it('does not match megabytes against a regular expression', () => {
    expect(dns1123Subdomain('a'.repeat(3_000_000))).toEqual(['must be no more than 253 bytes']);
  });
});

it('ranges', () => {
  expect(portNumber(0)).toEqual(['must be between 1 and 65535, inclusive']);
  expect(portNumber(65535)).toEqual([]);
  expect(inRange(1.5, 1, 2)).toHaveLength(1);
});
