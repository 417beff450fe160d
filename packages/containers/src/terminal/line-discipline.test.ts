import { expect, test } from 'vitest';
import { LineDiscipline } from './line-discipline.ts';

test.each([
  ['a line', 'ab\r', 'ab\n', ['ab\n'], []],
  ['backspace takes a character back, and nothing more', 'ab\x7f\x7f\x7fc\r', 'ab\b \b\b \bc\n', ['c\n'], []],
  ['^U takes the line', 'ab\x15c\r', 'ab\b \b\b \bc\n', ['c\n'], []],
  ['^W takes a word with the blanks behind it', 'a bc \x17d\r', `a bc ${'\b \b'.repeat(3)}d\n`, ['a d\n'], []],
  ['^D sends what there is', 'ab\x04', 'ab', ['ab'], []],
  ['^D on an empty line is the end', '\x04', '', ['eof'], []],
  ['^C throws the line away', 'ab\x03c\r', 'ab^Cc\n', ['c\n'], ['SIGINT']],
  ['^\\ quits', '\x1c', '^\\', [], ['SIGQUIT']],
  ['^Z does nothing', 'a\x1ab\r', 'ab\n', ['ab\n'], []],
  ['characters are whole', 'ü€\x7f\r', 'ü€\b \b\n', ['ü\n'], []],
  ['other keys show, and go both at once', '\x1b\x7f\r', '^[\b \b\b \b\n', ['\n'], []],
  ['two lines at once', 'a\rb\n', 'a\nb\n', ['a\n', 'b\n'], []],
])('%s', (_name, keys, echo, input, signals) => {
  expect(new LineDiscipline().feed(keys)).toEqual({ echo, input, signals });
});

test('without echo nothing shows', () => {
  const discipline = new LineDiscipline();
  discipline.echo = false;
  expect(discipline.feed('secret\x7f\r')).toEqual({ echo: '', input: ['secre\n'], signals: [] });
});

test('a line holds no more than Linux’ does', () => {
  expect(new LineDiscipline().feed(`${'x'.repeat(10_000)}\r`).input[0]).toHaveLength(4096);
});
