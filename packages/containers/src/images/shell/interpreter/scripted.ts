import { readCommands } from '../language/incomplete.ts';
import { readUntil } from '../streams/read-until.ts';
import { ParseError, parseScript } from './parse.ts';
import { runStatements } from './run.ts';
import type { Shell } from './shell.ts';

const FEW_LINES = 50;

/**
 * A shell that reads its script from its standard input, line by line: each command runs as soon as it is whole, and the commands
 * read on where the script stands.
 */
export async function scriptedShell(shell: Shell): Promise<number> {
  let text = '';
  let lines = 0;
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
    lines += 1;
    if (!ended && lines > FEW_LINES && !mayEnd(next.line)) continue;
    const reading = readCommands(text, parseScript);
    if (reading.kind === 'more' && !ended) continue;
    if (reading.kind === 'wrong') throw new ParseError(reading.message);
    const script = reading.kind === 'whole' ? reading.script : parseScript(text);
    text = '';
    lines = 0;
    await runStatements(shell, script.statements);
  }
  return shell.status;
}

/** Whether a line may be the last one of a long command: only then is the whole of it read again. */
function mayEnd(line: string): boolean {
  return /^\s*\S+\s*$|(\bdone|\bfi|\besac|[})"'`])\s*([;&|<>].*)?$/.test(line);
}
