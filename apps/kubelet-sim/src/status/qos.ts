import type { Container, Pod } from '@kubernats/api';
import { quantityMilli } from '@kubernats/apimachinery';

/** The Pod's quality-of-service class. Source: Kubernetes, "Pod Quality of Service Classes". */
export function qosClassOf(pod: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  if (containers.every((container) => !asksFor(container))) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

const NAMES = ['cpu', 'memory'] as const;

function asksFor({ resources }: Container): boolean {
  return NAMES.some((name) => quantityMilli(resources?.requests?.[name]) > 0 || quantityMilli(resources?.limits?.[name]) > 0);
}

function isGuaranteed({ resources }: Container): boolean {
  return NAMES.every((name) => {
    const limit = quantityMilli(resources?.limits?.[name]);
    return limit > 0 && limit === quantityMilli(resources?.requests?.[name] ?? resources?.limits?.[name]);
  });
}
