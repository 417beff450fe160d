import type { Overload } from '../library/signature.ts';
import type { Type } from './types.ts';

/** What an expression may name. A variable's name may have dots: `authorizer.requestResource`. */
export interface Environment {
  variables: ReadonlyMap<string, Type>;
  functions: Functions;
}

/** The ways to call each function, by its name. */
export type Functions = ReadonlyMap<string, readonly Overload[]>;

export function functionsOf(...libraries: (readonly Overload[])[]): Functions {
  return Map.groupBy(libraries.flat(), ({ name }) => name);
}
