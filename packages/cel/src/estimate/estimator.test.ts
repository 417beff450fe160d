import { expect, it } from 'vitest';
import { estimateCost } from '../compile.ts';
import { typeNamed } from '../library/signature.ts';

const VARIABLES = new Map([['authorizer', typeNamed('Authorizer')]]);
const IP = "ip('192.168.0.1')";
const CIDR = "cidr('192.168.0.0/16')";

// Kubernetes' and cel-go's own figures.
it.each<[string, number, number]>([
  ['[1, 2, 3, 4, 5].sum()', 15, 15],
  ['[1, 2, 3, 4, 5].indexOf(3)', 15, 15],
  ["'01234567890123456789012345678901234567890123456789'.indexOf('123')", 5, 5],
  ["url('https:://kubernetes.io/').getHost()", 4, 4],
  ["url('https:://kubernetes.io/') == url('https:://kubernetes.io/')", 7, 9],
  ["url('https:://kubernetes.io/') == url('http://x.b')", 5, 5],
  [IP, 2, 2],
  ["ip('2001:db8:3333:4444:5555:6666:7777:8888').family()", 5, 5],
  [`${IP} == ${IP}`, 5, 5],
  ["ip.isCanonical('2001:db8:3333:4444:5555:6666:7777:8888')", 8, 8],
  [`${CIDR}.ip()`, 3, 3],
  [`${CIDR}.containsCIDR(cidr('192.0.0.0/30'))`, 7, 11],
  [`${CIDR}.containsCIDR('192.0.0.0/30')`, 7, 11],
  [`${CIDR}.containsIP('192.0.0.1')`, 4, 7],
  ["'ABCDEFGHIJ abcdefghij'.lowerAscii() == 'abcdefghij ABCDEFGHIJ'.lowerAscii()", 7, 9],
  ["strings.quote('ABCDEFGHIJ abcdefghij') == strings.quote('ABCDEFGHIJ abcdefghij')", 7, 11],
  ["'abc 123 def 123'.replace('', 'x')", 3, 3],
  ["'abc 123 def 123'.split(' ', 1)", 3, 3],
  ["'abc 123 def 123'.substring(5, 8)", 2, 2],
  ["'abc 123 def 123'.find('123')", 2, 2],
  ["authorizer.path('/healthz').check('get').allowed()", 350_003, 350_003],
  [
    "authorizer.group('').resource('pods').fieldSelector('spec.nodeName=example-node-name.fully.qualified.domain.name.example.com')",
    1821,
    1821,
  ],
  ['quantity("200M") == quantity("0.2G") && quantity("0.2G") == quantity("200M")', 3, 6],
  ['quantity("50k").add(20).sub(quantity("100k")).asInteger() > 0', 6, 6],
  ['format.named("dns1123Subdomain").value().validate("my-name")', 34, 34],
  ['format.named("dns1123Label").value() == format.named("dns1123Label").value()', 5, 11],
  ['sets.contains([1, 2, 3, 4], [2, 3])', 29, 29],
  ['sets.equivalent([1], [1, 1])', 25, 25],
  ['!sets.intersects([1], [2])', 23, 23],
  ['semver("1234.56789012345.67890123456789")', 4, 4],
  ["{'a': 1, 'b': 2}.all(k, v, v > 0)", 37, 41],
  ["{'a': 1, 'b': 2}.exists(k, v, v > 0)", 39, 43],
  ["{'a': 1, 'b': 2}.existsOne(k, v, v > 0)", 38, 40],
  ["{'a': 1, 'b': 2}.transformMap(k, v, v + 1)", 71, 71],
  ["{'a': 1, 'b': 2}.transformMap(k, v, v < 5, v + 1)", 67, 75],
  ["{'a': 1, 'b': 2}.transformMapEntry(k, v, {k: v + 1})", 131, 131],
  ["{'a': 1, 'b': 2}.transformMapEntry(k, v, v < 5, {k: v + 1})", 67, 135],
  ['[1, 2].transformList(i, v, v + 1)', 49, 49],
  ['[1, 2].transformList(i, v, v < 5, v + 1)', 27, 53],
])('R1: %s costs from %d to %d', (expression, min, max) => {
  expect(estimateCost(expression, VARIABLES, () => undefined)).toEqual({ min, max });
});

const LISTS = new Map([['texts', typeNamed('list<string>')]]);

it.each<[string, number, number, number]>([
  ['texts.isSorted()', 5, 6, 16],
  ["texts.indexOf('x')", 5, 6, 16],
  ["texts.join(' ')", 10, 2, 14],
  ['texts.join()', 10, 1, 13],
  ["texts.all(text, text.contains('0123456789'))", 5, 17, 32],
  ["texts.filter(text, text > '')[0] == 'x'", 10, 34, 154],
])('R1: %s, of %d texts of up to 12 characters, costs from %d to %d', (expression, length, min, max) => {
  const sizeAt = (path: readonly string[]) => (path.length === 1 ? { min: length, max: length } : { min: 0, max: 12 });
  expect(estimateCost(expression, LISTS, sizeAt)).toEqual({ min, max });
});
