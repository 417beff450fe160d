/** What is wrong with an expression, and where: `at` counts UTF-16 units from its beginning. */
export class ExpressionProblem extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * A problem as Kubernetes shows it, with the line that it is in:
 *
 *     ERROR: <input>:1:5: undefined field 'x'
 *      | self.x
 *      | ....^
 */
export function display({ message, at }: ExpressionProblem, expression: string): string {
  const before = expression.slice(0, at).split('\n');
  const column = Array.from(before.at(-1) ?? '');
  const line = expression.split('\n')[before.length - 1] ?? '';
  const marker = column.map((char) => ((char.codePointAt(0) ?? 0) > 0x7f ? '．' : '.')).join('');
  return `ERROR: <input>:${before.length}:${column.length + 1}: ${message}\n | ${line.replaceAll('\t', ' ')}\n | ${marker}^`;
}
