import type { Shell } from '../interpreter/shell.ts';

/** `getopts SPEC NAME [ARG…]`. Source: POSIX, `getopts`. */
export async function getopts(shell: Shell, [spec = '', name = '', ...given]: readonly string[]): Promise<number> {
  const { variables } = shell;
  const args = given.length > 0 ? given : shell.args;
  const silent = spec.startsWith(':');
  let index = Number(variables.get('OPTIND') ?? '1');
  if (index < 1 || !Number.isInteger(index)) index = 1;
  // A script that begins again says so by OPTIND=1.
  if (index === 1 && shell.getoptsColumn > (args[0]?.length ?? 0) - 1) shell.getoptsColumn = 1;
  const word = args[index - 1];
  const finish = (option: string, status: number): number => {
    variables.set(name, option);
    variables.set('OPTIND', String(index));
    return status;
  };
  if (word === undefined || !/^-./.test(word)) return finish('?', 1);
  if (word === '--') {
    index += 1;
    return finish('?', 1);
  }
  const option = word[shell.getoptsColumn] ?? '';
  shell.getoptsColumn += 1;
  const at = spec.indexOf(option, silent ? 1 : 0);
  const takesWord = at >= 0 && spec[at + 1] === ':';
  const atEnd = shell.getoptsColumn >= word.length;
  if (atEnd || takesWord) {
    index += 1;
    const rest = word.slice(shell.getoptsColumn);
    shell.getoptsColumn = 1;
    if (takesWord) {
      const value = rest !== '' ? rest : args[index - 1];
      if (rest === '') index += 1;
      if (value === undefined) return lacking(shell, option, silent, finish);
      variables.set('OPTARG', value);
      return finish(option, 0);
    }
  }
  if (at < 0 || option === ':') {
    if (silent) variables.set('OPTARG', option);
    else {
      variables.unset('OPTARG');
      await shell.complain(`illegal option -${option}`);
    }
    return finish('?', 0);
  }
  variables.unset('OPTARG');
  return finish(option, 0);
}

async function lacking(shell: Shell, option: string, silent: boolean, finish: (option: string, status: number) => number): Promise<number> {
  if (silent) {
    shell.variables.set('OPTARG', option);
    return finish(':', 0);
  }
  await shell.complain(`option requires an argument -- ${option}`);
  return finish('?', 0);
}
