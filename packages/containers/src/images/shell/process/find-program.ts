import { hasProgram } from '../../../image.ts';
import { programNamed } from '../programs/programs.ts';
import { imageProgram } from './image-program.ts';
import { invoke, type Program } from './invocation.ts';
import type { Process } from './process.ts';

/** What a command word leads to, or why it leads nowhere: a shell's status for it, and the system's code. */
export type FoundProgram =
  | { run: (process: Process, argv: readonly string[]) => Promise<number> }
  | { status: 126 | 127; code: 'ENOENT' | 'EACCES' | 'EISDIR' };

const STANDARD_FOLDERS = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'];
const SCRIPT_BYTES_MAX = 16 * 1024 * 1024;

/** Finds the program for a word as `execvp` does: programs that the image has, and scripts among its files. */
export async function findProgram(process: Process, word: string): Promise<FoundProgram> {
  const { own: image } = process.system.context;
  if (image && hasProgram(image, word)) return { run: imageProgram(image) };
  if (!word.includes('/')) {
    const own = programNamed(word);
    if (own) return ofProgram(own);
    for (const folder of (process.env.PATH ?? '').split(':')) {
      const path = process.path(`${folder || '.'}/${word}`);
      if ((await process.system.tree.stat(path))?.kind === 'file') return scriptAt(process, path);
    }
    return { status: 127, code: 'ENOENT' };
  }
  const path = process.path(word);
  const stat = await process.system.tree.stat(path);
  const slash = path.lastIndexOf('/');
  const own = STANDARD_FOLDERS.includes(path.slice(0, slash)) ? programNamed(path.slice(slash + 1)) : undefined;
  // A file of the container's own stands before the program that the image would have there.
  if (own && (stat === undefined || (await process.system.tree.isProgram(path)))) return ofProgram(own);
  if (!stat) return { status: 127, code: 'ENOENT' };
  if (stat.kind === 'directory') return { status: 126, code: 'EISDIR' };
  return scriptAt(process, path);
}

function ofProgram(program: Program): FoundProgram {
  return { run: (process, argv) => invoke(program, process, argv) };
}

async function scriptAt(process: Process, path: string): Promise<FoundProgram> {
  const { tree } = process.system;
  const stat = await tree.stat(path);
  if (!stat || (stat.mode & 0o111) === 0) return { status: 126, code: 'EACCES' };
  const head = Buffer.from(await tree.readRange(path, 0, 256)).toString('latin1');
  const interpreter = /^#!\s*(\S+)(?:[ \t]+([^\n]*?))?\s*\n/.exec(head);
  // Compiled programs are none of ours; a text without a first line of that kind is a script of the shell.
  if (head.includes('\0') || stat.sizeBytes > SCRIPT_BYTES_MAX) return { status: 126, code: 'EACCES' };
  const words = interpreter ? [interpreter[1] ?? '', ...(interpreter[2] ? [interpreter[2]] : [])] : ['/bin/sh'];
  return {
    async run(run, argv) {
      const [first = 'sh', ...options] = words;
      const viaEnv = first.endsWith('/env') && options[0] !== undefined;
      const shell = viaEnv ? (options.join(' ').split(/\s+/)[0] ?? 'sh') : first;
      const program = programNamed(shell.slice(shell.lastIndexOf('/') + 1));
      if (!program) {
        await run.say(2, `${argv[0] ?? path}: ${shell}: not found\n`);
        return 127;
      }
      run.argv = [shell, ...(viaEnv ? [] : options), argv[0] ?? path, ...argv.slice(1)];
      return invoke(program, run, [shell, ...(viaEnv ? [] : options), path, ...argv.slice(1)]);
    },
  };
}
