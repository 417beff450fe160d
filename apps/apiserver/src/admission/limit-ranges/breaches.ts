import { type Amounts, amountsOf, type LimitRangeItem, type PersistentVolumeClaim, type Pod, podAmounts } from '@kubernats/api';
import type { Held } from '../../cache/stored.ts';

/** What is requested, and what the limits are. */
interface Asked {
  requests: Amounts;
  limits: Amounts;
}

/** What of an object is out of the bounds of one item of a LimitRange, in Kubernetes' words. Pure. */
export function breaches(item: LimitRangeItem, object: Held, isPod: boolean): string[] {
  return askedFor(item.type, object, isPod).flatMap((asked) => breachesOf(item, asked));
}

function askedFor(type: string, object: Held, isPod: boolean): Asked[] {
  if (!isPod) {
    if (type !== 'PersistentVolumeClaim') return [];
    return [{ requests: amountsOf((object as PersistentVolumeClaim).spec?.resources?.requests), limits: new Map() }];
  }
  const pod: Pod = object;
  if (type === 'Pod') return [{ requests: podAmounts(pod, 'requests'), limits: podAmounts(pod, 'limits') }];
  if (type !== 'Container') return [];
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].map(({ resources }) => ({
    requests: amountsOf(resources?.requests),
    limits: amountsOf(resources?.limits),
  }));
}

function breachesOf({ type, min, max, maxLimitRequestRatio }: LimitRangeItem, { requests, limits }: Asked): string[] {
  const out: string[] = [];
  for (const [name, least] of amountsOf(min)) {
    const [request, limit] = [requests.get(name), limits.get(name)];
    const text = `minimum ${name} usage per ${type} is ${least}`;
    if (!request) out.push(`${text}.  No request is specified`);
    else if (request.compare(least) < 0) out.push(`${text}, but request is ${request}`);
    else if (limit && limit.compare(least) < 0) out.push(`${text}, but limit is ${limit}`);
  }
  for (const [name, most] of amountsOf(max)) {
    const [request, limit] = [requests.get(name), limits.get(name)];
    const text = `maximum ${name} usage per ${type} is ${most}`;
    // A claim has no limit: its request counts.
    if (type === 'PersistentVolumeClaim') {
      if (!request) out.push(`${text}.  No request is specified`);
      else if (request.compare(most) > 0) out.push(`${text}, but request is ${request}`);
    } else if (!limit) out.push(`${text}.  No limit is specified`);
    else if (limit.compare(most) > 0) out.push(`${text}, but limit is ${limit}`);
    else if (request && request.compare(most) > 0) out.push(`${text}, but request is ${request}`);
  }
  for (const [name, ratio] of amountsOf(maxLimitRequestRatio)) {
    const [request, limit] = [requests.get(name), limits.get(name)];
    const text = `${name} max limit to request ratio per ${type} is ${ratio}`;
    if (!request || request.isZero()) out.push(`${text}, but no request is specified or request is 0`);
    else if (!limit || limit.isZero()) out.push(`${text}, but no limit is specified or limit is 0`);
    else {
      const observed = limit.toNumber() / request.toNumber();
      if (observed > ratio.toNumber()) out.push(`${text}, but provided ratio is ${observed.toFixed(6)}`);
    }
  }
  return out;
}
