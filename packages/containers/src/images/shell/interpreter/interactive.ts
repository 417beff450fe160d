import { LineEditor } from '../../../terminal/line-editor.ts';
import type { Teletype } from '../../../terminal/teletype.ts';
import { readCommands } from '../language/incomplete.ts';
import type { OpenFile } from '../streams/open-file.ts';
import { readUntil } from '../streams/read-until.ts';
import { completions } from './complete.ts';
import { Interrupt } from './flow.ts';
import { parseScript } from './parse.ts';
import { promptText } from './prompt.ts';
import { runStatements } from './run.ts';
import type { Shell } from './shell.ts';
import { complainedOf } from './subshell.ts';

const HISTORY_MAX = 500;
const KEYS_BYTES = 4096;
const PROMPTS = { ash: '\\w \\$ ', bash: '\\u@\\h:\\w\\$ ', dash: '# ' };

type Answer = { kind: 'line'; text: string } | { kind: 'end' } | { kind: 'interrupt' };

/** A shell that talks with a person: prompts, and goes on after mistakes and ^C. The answer is the status that it ends with. */
export async function interactiveShell(shell: Shell): Promise<number> {
  const { process, variables } = shell;
  const input = process.files.get(0);
  if (!input) return 0;
  shell.interactive = true;
  // Not ignored: what it starts does not inherit this.
  process.handlers.set('SIGTERM', () => {});
  process.handlers.set('SIGQUIT', () => {});
  process.handlers.set('SIGINT', () => {
    shell.interrupted = true;
    shell.traps.came.tell();
  });
  if (variables.get('PS1') === undefined) variables.set('PS1', PROMPTS[shell.flavour]);
  if (variables.get('PS2') === undefined) variables.set('PS2', '> ');
  for (let text = ''; ; ) {
    await reportJobs(shell);
    shell.interrupted = false;
    const answer = await ask(shell, input, await promptText(shell, variables.get(text === '' ? 'PS1' : 'PS2') ?? ''));
    if (answer.kind === 'end') return leave(shell, text);
    if (answer.kind === 'interrupt') {
      text = '';
      shell.status = 130;
      continue;
    }
    text += `${answer.text}\n`;
    if (text.trim() === '') {
      text = '';
      continue;
    }
    const reading = readCommands(text, parseScript);
    if (reading.kind === 'more') continue;
    remember(shell, text);
    text = '';
    if (reading.kind === 'wrong') {
      await shell.complain(`syntax error: ${reading.message}`);
      shell.status = 2;
      continue;
    }
    try {
      await runStatements(shell, reading.script.statements);
    } catch (error) {
      if (error instanceof Interrupt) {
        shell.status = 130;
        await shell.err('\n');
      } else shell.status = await complainedOf(shell, error);
    }
    shell.loops = 0;
    shell.guarded = 0;
  }
}

async function leave(shell: Shell, unfinished: string): Promise<number> {
  await shell.err(shell.flavour === 'bash' ? 'exit\n' : '\n');
  if (unfinished === '') return shell.status;
  await shell.complain('syntax error: unexpected end of file');
  return 2;
}

function remember(shell: Shell, text: string): void {
  const line = text.trimEnd().replaceAll('\n', '; ');
  if (shell.history.at(-1) !== line) shell.history.push(line);
  if (shell.history.length > HISTORY_MAX) shell.history.shift();
}

/** What has ended in the background is said before the next prompt. */
async function reportJobs(shell: Shell): Promise<void> {
  for (const job of [...shell.jobs.list()]) {
    if (job.process.status === undefined) continue;
    await shell.err(shell.jobs.describe(job));
    shell.jobs.remove(job);
  }
}

async function ask(shell: Shell, input: OpenFile, prompt: string): Promise<Answer> {
  if (input.terminal) return askAtTerminal(shell, input, input.terminal, prompt);
  await shell.err(prompt);
  const { line, ended } = await readUntil(input, { delimiter: '\n', continues: false }, shell.process.wait);
  return line === '' && ended ? { kind: 'end' } : { kind: 'line', text: line.replace(/\n$/, '') };
}

async function askAtTerminal(shell: Shell, input: OpenFile, terminal: Teletype, prompt: string): Promise<Answer> {
  const editor = new LineEditor(prompt, shell.history, () => Math.max(1, terminal.size.columns));
  const decoder = new TextDecoder();
  terminal.keys = true;
  try {
    for (;;) {
      await shell.err(editor.takeOutput());
      const bytes = await input.read(KEYS_BYTES, shell.process.wait);
      if (!bytes) return { kind: 'end' };
      let keys = decoder.decode(bytes, { stream: true });
      while (keys !== '') {
        const edited = editor.feed(keys);
        if (edited.kind === 'more') break;
        keys = edited.rest;
        if (edited.kind === 'complete') {
          await complete(shell, editor);
          continue;
        }
        input.unread(Buffer.from(keys));
        await shell.err(editor.takeOutput());
        rememberSize(shell, terminal);
        return edited.kind === 'line' ? { kind: 'line', text: edited.text } : { kind: edited.kind };
      }
    }
  } finally {
    terminal.keys = false;
  }
}

async function complete(shell: Shell, editor: LineEditor): Promise<void> {
  const { insert, choices } = await completions(shell, editor.before);
  if (insert !== '') editor.insert(insert);
  else if (choices.length > 1) {
    editor.output += `\n${choices.join('  ')}\n`;
    editor.show();
  }
}

function rememberSize({ variables }: Shell, { size }: Teletype): void {
  variables.set('COLUMNS', String(size.columns));
  variables.set('LINES', String(size.rows));
}
