import { ShellError } from '../interpreter/flow.ts';
import type { Shell } from '../interpreter/shell.ts';
import { codeOf, textOf } from '../process/errors.ts';
import type { Builtins } from './builtins.ts';

export const PLACE: Builtins = {
  cd: (shell, args) => cd(shell, args),
  pwd: async (shell) => {
    await shell.out(`${shell.process.cwd}\n`);
    return 0;
  },
  pushd: async (shell, [folder]) => {
    const before = shell.process.cwd;
    if ((await cd(shell, folder === undefined ? [shell.directories.pop() ?? before] : [folder])) !== 0) return 1;
    shell.directories.push(before);
    return dirs(shell);
  },
  popd: async (shell) => {
    const folder = shell.directories.pop();
    if (folder === undefined) throw new ShellError('popd: directory stack empty');
    await cd(shell, [folder]);
    return dirs(shell);
  },
  dirs,
  umask: async (shell, [mask]) => {
    if (mask === undefined) await shell.out('0022\n');
    return 0;
  },
  ulimit: async (shell, args) => {
    await shell.out(args.includes('-n') ? '1048576\n' : 'unlimited\n');
    return 0;
  },
  hash: () => 0,
};

async function dirs(shell: Shell): Promise<number> {
  await shell.out(`${[shell.process.cwd, ...shell.directories.toReversed()].join(' ')}\n`);
  return 0;
}

async function cd(shell: Shell, args: readonly string[]): Promise<number> {
  const { process, variables } = shell;
  const [word = variables.get('HOME') ?? '/root'] = args.filter((arg) => !/^-[LP]$|^--$/.test(arg));
  const target = word === '-' ? variables.get('OLDPWD') : word;
  if (target === undefined) throw new ShellError('cd: OLDPWD not set');
  const path = process.path(target);
  const failed = (why: string): ShellError =>
    new ShellError(shell.flavour === 'bash' ? `cd: ${target}: ${why}` : `cd: can't cd to ${target}: ${why}`);
  try {
    const stat = await process.system.tree.stat(path);
    if (!stat) throw failed('No such file or directory');
    if (stat.kind !== 'directory') throw failed('Not a directory');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw failed(textOf(error));
  }
  variables.set('OLDPWD', process.cwd);
  process.cwd = path;
  variables.set('PWD', path);
  if (word === '-') await shell.out(`${path}\n`);
  return 0;
}
