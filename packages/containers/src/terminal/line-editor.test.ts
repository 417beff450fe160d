import { expect, test } from 'vitest';
import { LineEditor } from './line-editor.ts';

/** What a screen of a width shows after the output, as rows; `|` is the cursor. */
function screen(output: string, columns: number): string[] {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  const wrap = (): void => {
    if (column < columns) return;
    column = 0;
    row += 1;
  };
  for (const [text, count, letter] of output.matchAll(/\x1b\[(\d*)([A-Z])|[\s\S]/g)) {
    const n = Number(count || 1);
    if (letter === 'A') row -= n;
    else if (letter === 'B') row += n;
    else if (letter === 'C') column += n;
    else if (letter === 'D') column -= n;
    else if (letter === 'J') {
      rows.length = row + 1;
      (rows[row] ??= []).length = Math.min(column, rows[row]?.length ?? 0);
    } else if (text === '\n') {
      row += 1;
      column = 0;
    } else if (text === '\b') column -= 1;
    else {
      wrap();
      while (rows.length <= row) rows.push([]);
      const cells = rows[row] ?? [];
      while (cells.length < column) cells.push(' ');
      cells[column] = text;
      column += 1;
    }
  }
  wrap();
  while (rows.length <= row) rows.push([]);
  rows[row]?.splice(column, 0, '|');
  return rows.map((cells) => cells.join('').trimEnd());
}

function typed(keys: string, { history = [], columns = 80 }: { history?: string[]; columns?: number } = {}) {
  const editor = new LineEditor('$ ', history, () => columns);
  const edited = editor.feed(keys);
  return { edited, shows: screen(editor.takeOutput(), columns) };
}

test.each([
  ['letters', 'abc', '$ abc|'],
  ['left and insert', 'ac\x1b[Db', '$ ab|c'],
  ['home and end', 'bc\x1b[Ha\x1b[Fd', '$ abcd|'],
  ['backspace within', 'abXc\x1b[D\x7f', '$ ab|c'],
  ['delete', 'abc\x01\x1b[3~', '$ |bc'],
  ['^U, ^K and ^Y', 'one two\x1b[D\x1b[D\x1b[D\x0b\x19!', '$ one two!|'],
  ['^W', 'one two  \x17x', '$ one x|'],
  ['words by meta', 'one two\x1bb\x1bbX\x1bfY', '$ XoneY| two'],
  ['history', '\x1b[A\x1b[A', '$ first|'],
  ['history and back to what was typed', 'new\x1b[A\x1b[A\x1b[B\x1b[B', '$ new|'],
  ['history ends where it began', '\x1b[A\x1b[A\x1b[A\x1b[A', '$ first|'],
  ['unknown sequences are nothing', 'a\x1b[5~\x1b[1;5Cb', '$ ab|'],
])('%s', (_name, keys, row) => {
  expect(typed(keys, { history: ['first', 'second'] }).shows).toEqual([row]);
});

test('a line that is longer than the screen goes on in the next row, and is edited there', () => {
  expect(typed('abcdefghij', { columns: 8 }).shows).toEqual(['$ abcdef', 'ghij|']);
  expect(typed('abcdef', { columns: 8 }).shows).toEqual(['$ abcdef', '|']);
  expect(typed('abcdefghij\x01X', { columns: 8 }).shows).toEqual(['$ X|abcde', 'fghij']);
  expect(typed('abcdefghij\x15', { columns: 8 }).shows).toEqual(['$ |']);
  expect(typed('abcdefg\x7f\x7f', { columns: 8 }).shows).toEqual(['$ abcde|']);
});

test('what ends a line, and what is left behind it', () => {
  expect(typed('ls\rpwd\r').edited).toEqual({ kind: 'line', text: 'ls', rest: 'pwd\r' });
  expect(typed('ab\x03').edited).toEqual({ kind: 'interrupt', rest: '' });
  expect(typed('\x04').edited).toEqual({ kind: 'end', rest: '' });
  expect(typed('a\x04').edited).toEqual({ kind: 'more' });
  expect(typed('a\tb').edited).toEqual({ kind: 'complete', rest: 'b' });
});
