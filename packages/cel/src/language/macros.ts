import type { Comprehension, Expr, Macro } from './ast.ts';
import { ExpressionProblem } from './problem.ts';

interface Member {
  target: Expr;
  args: readonly Expr[];
  at: number;
}

/** `has(a.b)`; undefined: the call is no macro. Throws an ExpressionProblem. */
export function expandCall(name: string, args: readonly Expr[], at: number): Expr | undefined {
  const [argument] = args;
  if (name !== 'has' || args.length !== 1 || !argument) return undefined;
  if (argument.op !== 'select') throw new ExpressionProblem('invalid argument to has() macro', argument.at);
  return { ...argument, op: 'has', at };
}

/** By the number of the arguments: which macros read one name, and which two. */
const ONE_NAME: Readonly<Record<string, Macro>> = {
  'all/2': 'all',
  'exists/2': 'exists',
  'exists_one/2': 'exists_one',
  'existsOne/2': 'exists_one',
  'map/2': 'map',
  'map/3': 'map',
  'filter/2': 'filter',
};
const TWO_NAMES: Readonly<Record<string, Macro>> = {
  'all/3': 'all',
  'exists/3': 'exists',
  'exists_one/3': 'exists_one',
  'existsOne/3': 'exists_one',
  'transformList/3': 'transformList',
  'transformList/4': 'transformList',
  'transformMap/3': 'transformMap',
  'transformMap/4': 'transformMap',
  'transformMapEntry/3': 'transformMapEntry',
  'transformMapEntry/4': 'transformMapEntry',
};

/** The macros that look like methods; undefined: the call is none. Throws an ExpressionProblem. Source: cel-go's extensions "Bindings" and "TwoVarComprehensions". */
export function expandMember(name: string, member: Member): Expr | undefined {
  const { target, args, at } = member;
  const shape = `${name}/${args.length}`;
  if (Object.hasOwn(ONE_NAME, shape)) return comprehension(ONE_NAME[shape] as Macro, member, 1);
  if (Object.hasOwn(TWO_NAMES, shape)) return comprehension(TWO_NAMES[shape] as Macro, member, 2);
  const [first, second, third] = args;
  if (shape === 'bind/3' && target.op === 'identifier' && target.name === 'cel' && first && second && third) {
    return { op: 'bind', name: simpleName(first), value: second, body: third, at };
  }
  if ((shape === 'optMap/2' || shape === 'optFlatMap/2') && first && second) {
    return { op: 'optional-map', flat: name === 'optFlatMap', operand: target, name: simpleName(first), body: second, at };
  }
  return undefined;
}

function comprehension(macro: Macro, { target, args, at }: Member, names: 1 | 2): Comprehension & { at: number } {
  const [name, second] = args.slice(0, names).map(simpleName);
  const rest = args.slice(names);
  const body = rest.at(-1) as Expr;
  if (name === second) throw new ExpressionProblem('duplicate variable name', args[1]?.at ?? at);
  return { op: 'comprehension', macro, range: target, name: name ?? '', second, filter: rest.length === 2 ? rest[0] : undefined, body, at };
}

function simpleName(expr: Expr): string {
  if (expr.op !== 'identifier') throw new ExpressionProblem('argument must be a simple name', expr.at);
  return expr.name;
}
