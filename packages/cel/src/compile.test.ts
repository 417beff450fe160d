import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { DYN, type Type } from './language/types.ts';
import { fromJson, toJson } from './values/json.ts';

const self: Record<string, unknown> = {
  replicas: 3,
  name: 'web',
  share: 0.5,
  tags: ['a', 'b', 'c'],
  limits: { cpu: '500m', memory: '1Gi' },
  ports: [
    { name: 'http', port: 80 },
    { name: 'https', port: 443 },
  ],
  none: null,
};

/** What an expression comes to with `self` of no known type, as JSON; or its error. */
function run(expression: string): unknown {
  const compiled = compile(expression, new Map<string, Type>([['self', DYN]]));
  if ('error' in compiled) return compiled.error;
  const outcome = compiled.program.evaluate(() => fromJson(self));
  return 'error' in outcome ? `error: ${outcome.error}` : toJson(outcome.value);
}

describe('expressions', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['7 / 2', 3],
    ['-7 % 3', -1],
    ['1.5 + 2.5', 4],
    ['self.replicas + 1', 4],
    ['self.replicas <= 5 && self.name == "web"', true],
    ['self.share < 1', true],
    ['has(self.name) && !has(self.other)', true],
    ['self.tags.all(t, t.matches("^[a-z]$"))', true],
    ['self.tags.exists(t, t == "b")', true],
    ['self.tags.exists_one(t, t > "a")', false],
    ['self.ports.map(p, p.port)', [80, 443]],
    ['self.ports.filter(p, p.port > 100).map(p, p.name)', ['https']],
    ['self.ports.map(p, p.port > 100, p.name)', ['https']],
    ['self.limits.all(k, self.limits[k] != "")', true],
    ['"cpu" in self.limits', true],
    ['self.tags[1]', 'b'],
    ['self.tags[3]', 'error: index out of bounds: 3'],
    ['self.other', 'error: no such key: other'],
    ['self.limits["disk"]', 'error: no such key: disk'],
    ['1 / 0', 'error: division by zero'],
    ['9223372036854775807 + 1', 'error: integer overflow'],
    ['self.other == 1 || true', true],
    ['true || self.other == 1', true],
    ['self.other == 1 && false', false],
    ['self.?other.orValue("x")', 'x'],
    ['self.?limits.?cpu.orValue("x")', '500m'],
    ['self.tags[?7].orValue("x")', 'x'],
    ['self.?name.hasValue()', true],
    ['optional.of(1).optMap(x, x + 1).value()', 2],
    ['optional.none().orValue(3)', 3],
    ['cel.bind(n, self.replicas, n * n)', 9],
    ['self.tags.transformList(i, t, string(i) + t)', ['0a', '1b', '2c']],
    ['self.limits.transformMap(k, v, k + v)', { cpu: 'cpu500m', memory: 'memory1Gi' }],
    ['self.tags.all(i, t, i < 3 && t != "")', true],
    ['self.none == null', true],
    ['type(self.replicas) == int', true],
    ['type(self.name) == string ? "s" : "n"', 's'],
    ['self.name.upperAscii() + "-" + "x,y".split(",").join(";")', 'WEB-x;y'],
    ['"tacocat".indexOf("ac") + "tacocat".lastIndexOf("c")', 5],
    ['"a b".replace(" ", "").charAt(1)', 'b'],
    ['"hello".substring(1, 3).reverse()', 'le'],
    ['"%s has %d of %.2f (%x)".format([self.name, 3, 1.5, 255])', 'web has 3 of 1.50 (ff)'],
    ['[1, 2, 3].sum() + [3, 1].min() + [3, 1].max()', 10],
    ['[1, 3, 2].isSorted()', false],
    ['["a", "b"].indexOf("b")', 1],
    ['quantity("1Gi").isGreaterThan(quantity("1G"))', true],
    ['quantity("50k").add(20).sub(quantity("100k")).sub(-50000) == quantity("20")', true],
    ['quantity("500m").compareTo(quantity("0.5"))', 0],
    ['isQuantity("1.3Gi") && !isQuantity("200K")', true],
    ['quantity("50k").asInteger()', 50000],
    ['"abc 123".find("[0-9]+")', '123'],
    ['"1, 2, 3".findAll("[0-9]+").map(x, int(x)).sum()', 6],
    ['url("https://example.com:80/a b?x=1&x=2").getHost()', 'example.com:80'],
    ['url("https://example.com:80/a b?x=1&x=2").getEscapedPath()', '/a%20b'],
    ['url("https://[::1]:80/").getHostname()', '::1'],
    ['url("/a?x=1&x=2").getQuery()["x"]', ['1', '2']],
    ['isURL("../x")', false],
    ['ip("::1").isLoopback() && ip("127.0.0.1").family() == 4', true],
    ['string(ip("2001:DB8:0:0::1"))', '2001:db8::1'],
    ['isIP("10.0.0.256") || isIP("010.0.0.1")', false],
    ['cidr("10.0.0.0/8").containsIP("10.1.2.3") && !cidr("10.0.0.0/8").containsCIDR("0.0.0.0/0")', true],
    ['string(cidr("192.168.1.5/24").masked())', '192.168.1.0/24'],
    ['!format.dns1123Label().validate("my-name").hasValue()', true],
    ['format.named("dns1123Label").value().validate("My name").hasValue()', true],
    ['semver("1.2.3").isLessThan(semver("1.10.0-rc.1")) && semver("v1.2", true).major() == 1', true],
    ['sets.contains([1, 2], [2]) && !sets.intersects([1], [2]) && sets.equivalent([1, 1], [1])', true],
    ['timestamp("2023-01-01T00:00:00Z") + duration("1h30m") > timestamp("2023-01-01T01:00:00Z")', true],
    ['timestamp("2023-06-01T12:00:00Z").getHours("Europe/Berlin")', 14],
    ['string(duration("1h30m"))', '5400s'],
    ['string(timestamp("2023-01-01T00:00:00.123Z"))', '2023-01-01T00:00:00.123Z'],
    ['duration("90m").getHours()', 1],
    ['dyn(1) == 1.0 && 1u <= 1 && 1 < 1.5', true],
    ['b"abc".size() + size("äöü")', 6],
    ['string(1.0) + string(1e21) + string(0.00001)', '11e+211e-05'],
    ['{"a": 1}.a + {"b": [1, 2]}["b"].size()', 3],
    ['[[1], [2, 3]].map(l, l.map(x, x * 2))', [[2], [4, 6]]],
    ['self.tags.map(t, self.tags.filter(u, u < t).size())', [0, 1, 2]],
    ['google.protobuf.Timestamp == type(timestamp(0))', true],
  ])('%s', (expression, expected) => {
    expect(run(expression)).toEqual(expected);
  });
});

describe('problems', () => {
  it.each([
    ['foo', "compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^"],
    [
      '1 + "a"',
      "compilation failed: ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + \"a\"\n | ..^",
    ],
    ['"a".foo()', "compilation failed: ERROR: <input>:1:8: undeclared reference to 'foo' (in container '')\n | \"a\".foo()\n | .......^"],
    [
      '"a".size(1)',
      "compilation failed: ERROR: <input>:1:9: found no matching overload for 'size' applied to 'string.(int)'\n | \"a\".size(1)\n | ........^",
    ],
    [
      'self.x ==',
      "compilation failed: ERROR: <input>:1:10: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | self.x ==\n | .........^",
    ],
    ['this does not compile', expect.stringContaining("ERROR: <input>:1:6: Syntax error: mismatched input 'does' expecting <EOF>")],
    ['self b', expect.stringContaining("ERROR: <input>:1:6: Syntax error: extraneous input 'b' expecting <EOF>")],
    ['size(self', expect.stringContaining("Syntax error: missing ')' at '<EOF>'")],
    ['self.$', expect.stringContaining("Syntax error: token recognition error at: '$'")],
    ['[1, "a"]', expect.stringContaining("expected type 'int' but found 'string'")],
    ['"a".matches("(")', expect.stringContaining('ERROR: <input>:1:13: invalid matches argument')],
    ['duration("x")', expect.stringContaining('invalid duration argument')],
    ['1 ? 2 : 3', expect.stringContaining("found no matching overload for '_?_:_' applied to '(int, int, int)'")],
    ['foo + bar', expect.stringMatching(/'foo'.*'bar'/s)],
    ['[1].all(x, x)', expect.stringContaining("found no matching overload for '_&&_' applied to '(bool, int)'")],
    ['1.all(x, true)', expect.anything()],
  ])('%s', (expression, expected) => {
    expect(run(expression)).toEqual(expected);
  });
});
