import type { Expr } from './ast.ts';

/** `a.b.c` as one name; undefined: the expression is more than names. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.op === 'identifier') return expr.name;
  if (expr.op !== 'select' || expr.optional) return undefined;
  const operand = qualifiedName(expr.operand);
  return operand && `${operand}.${expr.field}`;
}
