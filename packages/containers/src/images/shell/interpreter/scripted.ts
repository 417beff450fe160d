import { readCommands } from '../language/incomplete.ts';
import { readUntil } from '../streams/read-until.ts';
import { ParseError, parseScript } from './parse.ts';
import { runStatements } from './run.ts';
import type { Shell } from './shell.ts';

/**
 * A shell that reads its script from its standard input, line by line: each command runs as soon as it is whole, and the commands
 * read on where the script stands.
 */
export async function scriptedShell(shell: Shell): Promise<number> {
  let text = '';
  for (let ended = false; !ended; ) {
    const input = shell.process.files.get(0);
    if (!input) break;
    const next = await readUntil(input, { delimiter: '\n', continues: false }, shell.process.wait);
    ended = next.ended;
    text += next.line;
    if (text.trim() === '') {
      text = '';
      continue;
    }
    const reading = readCommands(text, parseScript);
    if (reading.kind === 'more' && !ended) continue;
    if (reading.kind === 'wrong') throw new ParseError(reading.message);
    const script = reading.kind === 'whole' ? reading.script : parseScript(text);
    text = '';
    await runStatements(shell, script.statements);
  }
  return shell.status;
}
