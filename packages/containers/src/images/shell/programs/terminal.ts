import type { Teletype } from '../../../terminal/teletype.ts';
import type { Invocation, Program } from '../process/invocation.ts';

function terminalOf(run: Invocation): Teletype | undefined {
  return run.process.files.get(0)?.terminal;
}

const tty: Program = async (run) => {
  const terminal = terminalOf(run);
  await run.out(terminal ? '/dev/pts/0\n' : 'not a tty\n');
  return terminal ? 0 : 1;
};

/** `stty size`, `stty [-]echo`, `stty raw|sane`, `stty -a`. */
const stty: Program = async (run) => {
  const terminal = terminalOf(run);
  if (!terminal) {
    await run.warn('standard input: Inappropriate ioctl for device');
    return 1;
  }
  const { rows, columns } = terminal.size;
  for (const word of run.args) {
    if (word === 'size') await run.out(`${rows} ${columns}\n`);
    else if (word === '-a' || word === '-g')
      await run.out(
        `speed 38400 baud; rows ${rows}; columns ${columns};\n${terminal.echo ? '' : '-'}echo ${terminal.keys ? '-' : ''}icanon\n`,
      );
    else if (word === 'echo' || word === '-echo') terminal.echo = word === 'echo';
    else if (word === 'raw' || word === '-icanon' || word === 'cbreak') terminal.keys = true;
    else if (word === '-raw' || word === 'icanon' || word === '-cbreak' || word === 'cooked') terminal.keys = false;
    else if (word === 'sane') {
      terminal.keys = false;
      terminal.echo = true;
    }
  }
  if (run.args.length === 0) await run.out('speed 38400 baud; line = 0;\n');
  return 0;
};

const clear: Program = async (run) => {
  await run.out('\x1b[H\x1b[J');
  return 0;
};

const reset: Program = async (run) => {
  const terminal = terminalOf(run);
  if (terminal) {
    terminal.keys = false;
    terminal.echo = true;
  }
  await run.out('\x1bc\x1b[0m\x1b[J\x1b[?25h');
  return 0;
};

export const TERMINAL: Readonly<Record<string, Program>> = { clear, reset, stty, tty };
