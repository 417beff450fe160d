import type { Shell } from '../interpreter/shell.ts';
import { FLOW } from './flow.ts';
import { INPUT_OUTPUT } from './input-output.ts';
import { JOBS } from './jobs.ts';
import { PLACE } from './place.ts';
import { TEST } from './test.ts';
import { VARIABLES } from './variables.ts';

/** A command that the shell does itself, because it changes the shell or would be slow otherwise. Its answer is the status. */
export type Builtin = (shell: Shell, args: readonly string[], name: string) => Promise<number> | number;

export type Builtins = Readonly<Record<string, Builtin>>;

const ALL = new Map<string, Builtin>(Object.entries({ ...FLOW, ...VARIABLES, ...INPUT_OUTPUT, ...TEST, ...JOBS, ...PLACE }));

export function builtinNamed(name: string): Builtin | undefined {
  return ALL.get(name);
}

export function builtinNames(): string[] {
  return [...ALL.keys(), 'exec'].sort();
}
