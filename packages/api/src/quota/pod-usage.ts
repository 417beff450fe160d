import { quantityOf } from '@kubernats/apimachinery';
import type { Container, Pod } from '../../generated/types.ts';
import { isTerminal } from '../kinds/core/pod/containers.ts';
import { type Amounts, amountsOf, largestOf, sumOf } from './amounts.ts';
import { COMPUTE_RESOURCES, MUST_BE_SAID } from './names.ts';

const NOTHING: Amounts = new Map();
const ONE = quantityOf(1_000_000_000n);

/**
 * What the Pod asks for, or may take, altogether: the sum of its containers, or the largest init container when that is more; sidecars count with the
 * containers and with the init containers after them. Source: KEP-753.
 */
export function podAmounts({ spec }: Pod, list: 'requests' | 'limits'): Amounts {
  const of = ({ resources }: Container): Amounts => amountsOf(resources?.[list]);
  let sidecars = NOTHING;
  let peak = NOTHING;
  for (const container of spec?.initContainers ?? []) {
    const needs = sumOf(sidecars, of(container));
    peak = largestOf(peak, needs);
    if (container.restartPolicy === 'Always') sidecars = needs;
  }
  let total = sidecars;
  for (const container of spec?.containers ?? []) total = sumOf(total, of(container));
  total = largestOf(total, peak);
  // An overhead comes on top of limits only where there are any.
  const overhead = [...amountsOf(spec?.overhead)].filter(([name]) => list === 'requests' || total.has(name));
  return sumOf(total, new Map(overhead));
}

/** What a Pod counts for. One that has ended, or should be gone by now, counts as an object alone. */
export function podUsage(pod: Pod, nowMs: number): Amounts {
  const usage = new Map([['count/pods', ONE]]);
  if (!isAlive(pod, nowMs)) return usage;
  usage.set('pods', ONE);
  for (const [name, amount] of podAmounts(pod, 'requests')) {
    if (COMPUTE_RESOURCES.has(name) || name.startsWith('hugepages-')) usage.set(name, amount);
    if (!name.startsWith('requests.')) usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of podAmounts(pod, 'limits')) if (COMPUTE_RESOURCES.has(name)) usage.set(`limits.${name}`, amount);
  return usage;
}

function isAlive(pod: Pod, nowMs: number): boolean {
  if (isTerminal(pod)) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata ?? {};
  return deletionTimestamp === undefined || nowMs <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1_000;
}

/** Which containers do not say what a quota counts: `limits.cpu for: web,log; requests.cpu for: web`; undefined: all do. */
export function whatIsNotSaid({ spec }: Pod, counted: Iterable<string>): string | undefined {
  const missing: string[] = [];
  for (const name of [...counted].filter((each) => MUST_BE_SAID.has(each)).sort()) {
    const [list, resource] = name.startsWith('limits.')
      ? (['limits', name.slice(7)] as const)
      : (['requests', name.replace('requests.', '')] as const);
    const silent = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].filter(
      ({ resources }) => resources?.[list]?.[resource] === undefined,
    );
    if (silent.length > 0) missing.push(`${name} for: ${silent.map((container) => container.name).join(',')}`);
  }
  return missing.length === 0 ? undefined : missing.join('; ');
}
