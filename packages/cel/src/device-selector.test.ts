import { expect, it } from 'vitest';
import { deviceSelectorProblem } from './device-selector.ts';

const D = 'device.attributes["dra.example.com"]';

it.each([
  'true',
  'device.driver == "dra.example.com"',
  `${D}.model == "a100" && ${D}["family"].matches("^a.*$")`,
  `"model" in ${D} && ${D}.model.lowerAscii().contains("A")`,
  'device.capacity["dra.example.com"].memory.isGreaterThan(quantity("1Gi"))',
  `${D}.driverVersion.isGreaterThan(semver("1.2.3"))`,
  `cel.bind(dra, ${D}, dra.oneBool && dra.anotherBool)`,
  'device.allowMultipleAllocations',
  'device.attributes.exists(domain, domain.endsWith("example.com"))',
])('R1: takes %s', (expression) => {
  expect(deviceSelectorProblem(expression)).toBeUndefined();
});

it.each<[string, object]>([
  ['?!', { invalid: expect.stringContaining('Syntax error') }],
  ['1', { invalid: 'must evaluate to bool or the unknown type, not int' }],
  ['device.name == "a"', { invalid: expect.stringContaining("undefined field 'name'") }],
  [
    'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a + b + c + d != ""))))',
    { forbidden: 'too complex, exceeds cost limit' },
  ],
])('R1: refuses %s', (expression, problem) => {
  expect(deviceSelectorProblem(expression)).toEqual(problem);
});
