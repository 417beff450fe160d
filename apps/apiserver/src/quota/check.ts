import { type Amounts, amountIn, amountsOf, amountsText, type ResourceQuota, sumOf } from '@kubernats/api';

/** What the quota limits, of what is asked for. */
export const limited = ({ status }: ResourceQuota, asked: Amounts): Amounts =>
  new Map([...asked].filter(([name]) => Object.hasOwn(status?.hard ?? {}, name)));

/** Why the quota does not allow so much more, in Kubernetes' words; undefined: it does. `asked` is limited by the quota. */
export function whyExceeded({ metadata, status }: ResourceQuota, asked: Amounts): string | undefined {
  const [hard, used] = [amountsOf(status?.hard), amountsOf(status?.used)];
  const next = sumOf(used, asked);
  const exceeded = [...asked.keys()].filter((name) => amountIn(next, name).compare(amountIn(hard, name)) > 0);
  if (exceeded.length === 0) return undefined;
  const only = (amounts: Amounts): string => amountsText(new Map(exceeded.map((name) => [name, amountIn(amounts, name)])));
  return `exceeded quota: ${metadata?.name}, requested: ${only(asked)}, used: ${only(used)}, limited: ${only(hard)}`;
}

/** The quota with so much more in use. */
export function charged(quota: ResourceQuota, asked: Amounts): ResourceQuota {
  const used = sumOf(amountsOf(quota.status?.used), asked);
  return { ...quota, status: { ...quota.status, used: Object.fromEntries([...used].map(([name, amount]) => [name, amount.toString()])) } };
}
