/** A count or a percentage of `total`. Source: Kubernetes' `IntOrString` fields. */
export function scaled(value: number | string | undefined, total: number, round: (fraction: number) => number): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  const percent = /^(\d+)%$/.exec(value);
  return percent ? round((Number(percent[1]) * total) / 100) : 0;
}
