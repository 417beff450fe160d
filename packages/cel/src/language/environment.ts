import type { Overload } from '../library/signature.ts';
import type { ObjectType, Type } from './types.ts';

/** What an expression may name. A variable's name may have dots: `authorizer.requestResource`. */
export interface Environment extends Dialect {
  variables: ReadonlyMap<string, Type>;
}

/** What all expressions of a kind may name. */
export interface Dialect {
  functions: Functions;
  /** The type of the messages that are written `Name{…}`; absent: there are none. */
  messageType?(name: string): ObjectType | undefined;
}

/** The ways to call each function, by its name. */
export type Functions = ReadonlyMap<string, readonly Overload[]>;

export function functionsOf(...libraries: (readonly Overload[])[]): Functions {
  return Map.groupBy(libraries.flat(), ({ name }) => name);
}
