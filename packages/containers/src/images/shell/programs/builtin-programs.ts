import { builtinNamed } from '../builtins/builtins.ts';
import { Exit } from '../interpreter/flow.ts';
import { Shell } from '../interpreter/shell.ts';
import { complainedOf } from '../interpreter/subshell.ts';
import type { Program } from '../process/invocation.ts';

const NAMES = ['[', 'echo', 'false', 'kill', 'printf', 'pwd', 'test', 'true'];

/** What a shell does itself and what is a program as well: `kubectl exec pod -- test -d /x`. */
export const BUILTIN_PROGRAMS: Readonly<Record<string, Program>> = Object.fromEntries(
  NAMES.map((name) => [name, ofBuiltin(name)] as const),
);

function ofBuiltin(name: string): Program {
  return async (run) => {
    const shell = new Shell(run.process, name, 'ash');
    try {
      return (await builtinNamed(name)?.(shell, run.args, name)) ?? 127;
    } catch (error) {
      return error instanceof Exit ? error.status : complainedOf(shell, error);
    }
  };
}
