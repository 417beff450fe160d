import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prepare } from './prepare.ts';

it.each([
  ['Object{spec: Object.spec{a: 1, ?in: x ? y : z}}', 'Object(____, Object.spec(_, 1,  in, x ? y : z))'],
  ['[?a, b][?0] + {"k": [1]}[?"k"]', '[ a, b][?0] + {"k": [1]}[?"k"]'],
  ['{?"a": b ? c : d}', '{ "a": b ? c : d}'],
  ['a.?b.orValue("x{?") // {?\n', 'a.?b.orValue("x{?") // {?\n'],
  ['x in {1: 2} ? true : f(Object{})', 'x in {1: 2} ? true : f(Object())'],
  ['r\'\\{\' + """{ " ?"""', 'r\'\\{\' + """{ " ?"""'],
  ['}}}{?', '}}}{ '],
])('%s is written as what the parser knows', (expression, text) => {
  expect(prepare(expression).text).toBe(text);
});

it('what is left out of the text is told', () => {
  const { messages, optionals } = prepare('Object{a: 1, ?b: [c, ?d]}');
  expect(messages.get(6)).toEqual({ names: ['a', 'b'], colons: [8, 15] });
  expect(optionals).toEqual(
    new Map([
      [6, new Set([1])],
      [17, new Set([1])],
    ]),
  );
});

it('R1: every place stays where it is', () => {
  const parts = fc.array(fc.constantFrom(...'a{}[](),:?."\'\\/ \n', 'Object', 'é', '//', '"""'), { maxLength: 20 });
  fc.assert(fc.property(parts, (pieces) => prepare(pieces.join('')).text.length === pieces.join('').length));
});
