import type { ScriptNode } from 'just-bash';
import type { Part, Redirection } from '../language/ast.ts';
import { Collector } from '../streams/bytes.ts';
import { pipe } from '../streams/pipe.ts';
import { redirected } from './redirect.ts';
import { runStatements, waitInForeground } from './run.ts';
import type { Shell } from './shell.ts';
import { runSubshell } from './subshell.ts';

const CAPTURED_BYTES_MAX = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const FIRST_FD = 63;
const decoder = new TextDecoder();

/** `$(…)`: what a script writes, without the line ends behind it. */
export async function captured(shell: Shell, script: ScriptNode): Promise<string> {
  const collector = new Collector(CAPTURED_BYTES_MAX);
  const read = readsFile(script);
  const files = new Map(shell.process.files).set(1, collector);
  const child = shell.fork(files);
  collector.release();
  const work = runSubshell(child, (sub) => (read ? copyFile(sub, read) : runStatements(sub, script.statements, { last: true })));
  shell.substitutionStatus = await waitInForeground(shell, work);
  return decoder.decode(collector.bytes).replaceAll('\0', '').replace(/\n+$/, '');
}

/** `$(<file)`: the redirection of a script that is nothing but one. */
function readsFile({ statements }: ScriptNode): Redirection | undefined {
  const command = statements[0]?.pipelines[0]?.commands[0];
  if (statements.length !== 1 || command?.type !== 'SimpleCommand' || command.name !== null) return undefined;
  const [only] = command.redirections;
  return only?.operator === '<' ? only : undefined;
}

async function copyFile(shell: Shell, redirection: Redirection): Promise<number> {
  const { process } = shell;
  return redirected(shell, [redirection], async () => {
    const file = process.files.get(0);
    for (;;) {
      const bytes = await file?.read(CHUNK_BYTES, process.wait);
      if (!bytes) return 0;
      await shell.out(bytes);
    }
  });
}

/** `<(…)` and `>(…)`: a path through which the command at hand reads or feeds a script that runs beside it. */
export function substituted(shell: Shell, { body, direction }: Part<'ProcessSubstitution'>): string {
  const { reader, writer } = pipe();
  const [theirs, ours] = direction === 'input' ? [writer, reader] : [reader, writer];
  const files = new Map(shell.process.files).set(direction === 'input' ? 1 : 0, theirs);
  const child = shell.fork(files);
  theirs.release();
  void runSubshell(child, (sub) => runStatements(sub, body.statements, { last: true }));
  let fd = FIRST_FD;
  while (shell.process.files.has(fd)) fd -= 1;
  shell.process.files.set(fd, ours);
  shell.substituted.push(fd);
  return `/dev/fd/${fd}`;
}
