import { parseQuantity, type Quantity, quantityOf } from '@kubernats/apimachinery';

/** How much of each resource. */
export type Amounts = ReadonlyMap<string, Quantity>;

const ZERO = quantityOf(0n);

export const amountsOf = (list: Readonly<Record<string, string>> | undefined): Amounts =>
  new Map(Object.entries(list ?? {}).map(([name, amount]) => [name, parseQuantity(amount)]));

export const amountIn = (amounts: Amounts, name: string): Quantity => amounts.get(name) ?? ZERO;

export function sumOf(a: Amounts, b: Amounts): Amounts {
  const sum = new Map(a);
  for (const [name, amount] of b) sum.set(name, amountIn(a, name).add(amount));
  return sum;
}

/** The larger of each. */
export function largestOf(a: Amounts, b: Amounts): Amounts {
  const largest = new Map(a);
  for (const [name, amount] of b) if (amount.compare(amountIn(a, name)) > 0) largest.set(name, amount);
  return largest;
}

/** What `a` has more of than `b`; nothing where it has as much or less. */
export function excessOf(a: Amounts, b: Amounts): Amounts {
  const excess = new Map<string, Quantity>();
  for (const [name, amount] of a) {
    const more = amount.sub(amountIn(b, name));
    if (more.nanos > 0n) excess.set(name, more);
  }
  return excess;
}

/** As messages show them: `pods=1,requests.cpu=100m`. */
export const amountsText = (amounts: Amounts): string =>
  [...amounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}=${amount}`)
    .join(',');
