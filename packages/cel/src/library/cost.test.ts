import { expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { DYN } from '../language/types.ts';
import { fromJson } from '../values/json.ts';

const VALUES = {
  list: [1, 2, 3],
  lists: [[1, 2], [3, 4, 5], []],
  same: [[1, 2], [3, 4, 5], [6]],
  map: { a: [1, 2], b: 3 },
  text: 'x'.repeat(100),
};

function evaluate(expression: string) {
  const compiled = compile(expression, new Map(Object.keys(VALUES).map((name) => [name, DYN])));
  if (!('program' in compiled)) throw new Error(compiled.error);
  return compiled.program.evaluate((name) => fromJson(VALUES[name as keyof typeof VALUES]));
}

const costOf = (expression: string): number => evaluate(expression).cost;

it.each<[string, number]>([
  ['list == lists', 2 + 4],
  ['lists == same', 2 + 9],
  ['lists == [1]', 1 + 10 + 1],
  ['map == map', 2 + 5],
  ['[3] in lists', 10 + 1 + 8],
  ['list + lists', 2 + 3 + 8],
  ['sets.contains(lists, same)', 2 + 8 * 3],
  ['text.matches("^x+$")', 1 + 11 * 2],
  ['text == text', 2 + 10],
])('what is compared, joined or searched is paid for: %s costs %d', (expression, cost) => {
  expect(costOf(expression)).toBe(cost);
});

it('what holds one value very many times is paid for as if it held them all, and not looked at', () => {
  const doubled = Array.from({ length: 60 }, (_, i) => `cel.bind(x${i + 1}, dyn([x${i}, x${i}]), `).join('');
  for (const use of [
    'x60 == [[1]]',
    '[x60] == [x60 + []]',
    'optional.of(x60) == optional.of(x59)',
    'list + x60 == x60',
    'x1 in [x60]',
    '"%s".format([x60]) == ""',
  ]) {
    const outcome = evaluate(`cel.bind(x0, dyn([1]), ${doubled}${use}${')'.repeat(61)}`);
    expect([use, 'error' in outcome && outcome.overBudget]).toEqual([use, use !== 'x60 == [[1]]']);
  }
});

it('what fails is paid for where its failure is of no matter', () => {
  expect(costOf('1 / 0 > 1 || true')).toBe(costOf('1 / 1 > 1 || true') - 1 + 10);
});

it('a call of constants is evaluated once, and paid for each time', () => {
  const once = costOf('[1].all(x, duration("1h") > duration("1s"))');
  const thrice = costOf('[1, 2, 3].all(x, duration("1h") > duration("1s"))');
  const turn = costOf('[1, 2].all(x, duration("1h") > duration("1s"))') - once;
  expect(turn).toBe(2 + 6 + 6 + 1);
  expect(thrice).toBe(once + 2 * turn);
});
