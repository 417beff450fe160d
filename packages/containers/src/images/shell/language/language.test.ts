import { parse } from 'just-bash';
import { describe, expect, test } from 'vitest';
import { ArithmeticError, evaluate } from './arithmetic.ts';
import { bytesOf } from './bytes.ts';
import { echoText } from './echo.ts';
import { readCommands } from './incomplete.ts';
import { escapePattern, matches } from './pattern.ts';
import { formatted } from './printf.ts';

describe('patterns', () => {
  test.each([
    ['*', '', true],
    ['a*c', 'abc/c', true],
    ['a?c', 'ac', false],
    ['[a-c]', 'b', true],
    ['[!a-c]', 'b', false],
    ['[]x]', ']', true],
    ['[[:digit:]]', '7', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['[', '[', true],
    ['a.b', 'axb', false],
    ['@(a|b)c', 'bc', true],
    ['!(a)', 'b', true],
    ['+(ab)', 'abab', true],
    ['(', '(', true],
  ])('%s matches %s: %s', (pattern, text, yes) => {
    expect(matches(pattern, text)).toBe(yes);
  });

  test('takes no longer for a pattern that is meant to take long', () => {
    expect(matches(`${'*a'.repeat(50)}*b`, 'a'.repeat(5000))).toBe(false);
  });

  test('an escaped text matches itself, whatever it is', () => {
    for (const text of ['a*b', '[x]', '\\', 'a|b)', '$^.', '!(a)', '', 'ü\n']) expect(matches(escapePattern(text), text)).toBe(true);
  });
});

describe('expressions', () => {
  const names = () => {
    const values = new Map([
      ['x', '3'],
      ['y', 'x + 1'],
      ['loop', 'loop'],
    ]);
    return { get: (name: string) => values.get(name), set: (name: string, value: string) => void values.set(name, value) };
  };
  test.each([
    ['', 0n],
    ['1 + 2 * 3', 7n],
    ['(1 + 2) * 3', 9n],
    ['2 ** 3 ** 2', 512n],
    ['-2 ** 2', 4n],
    ['7 / -2', -3n],
    ['7 % -2', 1n],
    ['1 << 62 << 2', 0n],
    ['0x1F + 010 + 2#101', 44n],
    ['y', 4n],
    ['x++ + ++x', 8n],
    ['x += 2, x * 2', 10n],
    ['0 && (x = 9), x', 3n],
    ['1 ? 2 : 1 / 0', 2n],
    ['9223372036854775807 + 1', -9223372036854775808n],
    ['!0 + ~0', 0n],
    ['1 < 2 == 1', 1n],
  ])('%s = %s', (text, value) => {
    expect(evaluate(text, names())).toBe(value);
  });

  test.each(['1 +', '1 / 0', '2 ** -1', '(1', '1 2', 'a b', '09', '@', 'loop', '3 = 4'])('%s is none', (text) => {
    expect(() => evaluate(text, names())).toThrow(ArithmeticError);
  });
});

describe('what has been typed so far', () => {
  test.each([
    ['echo hi', 'whole'],
    ['for i in 1 2; do', 'more'],
    ['if true; then', 'more'],
    ['echo "abc', 'more'],
    ["echo 'abc", 'more'],
    ['cat <<EOF\nhi', 'more'],
    ['cat <<EOF\nhi\nEOF', 'whole'],
    ['echo \\', 'more'],
    ['a |', 'more'],
    ['a &&', 'more'],
    ['f() {', 'more'],
    ['case x in', 'more'],
    ['echo $(', 'more'],
    ['# a | b |', 'whole'],
    ['a &', 'whole'],
    ['fi', 'wrong'],
    ["echo 'a\\'", 'whole'],
  ])('%s: %s', (text, kind) => {
    expect(readCommands(`${text}\n`, parse).kind).toBe(kind);
  });
});

test('echo and printf write bytes', () => {
  expect(echoText(['-e', 'a\\tb\\x41\\0101', '-n'])).toBe('a\tbAA -n\n');
  expect(echoText(['-n', 'a\\tb'])).toBe('a\\tb');
  expect(echoText(['a\\tb\\c', 'never'], true)).toBe('a\tb');
  expect(formatted('%5.2f|%-4s|%+d|%05d|%x|%c|%%\\n', ['3.14159', 'ab', '7', '-42', '255', 'xyz']).text).toBe(
    ' 3.14|ab  |+7|-0042|ff|x|%\n',
  );
  expect(formatted('%s-', ['a', 'b']).text).toBe('a-b-');
  expect(formatted('%d\n', ['1x'])).toEqual({ text: '0\n', complaints: ['1x: invalid number'] });
  expect([...bytesOf(formatted('\\377\\0', []).text)]).toEqual([255, 0]);
});
