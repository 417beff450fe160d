import type { Service } from '@kubernats/api';

const DOMAIN = '.cluster.local';

/**
 * The address behind a Service's name, as a Pod of `namespace` may write it: `web`, `web.shop`, `web.shop.svc`, `web.shop.svc.cluster.local`.
 * Undefined: there is no such Service, or it has no address of its own. Source: Kubernetes, "DNS for Services and Pods".
 */
export function serviceAddress(
  get: (name: string, namespace: string) => Service | undefined,
  wanted: string,
  namespace: string,
): string | undefined {
  const plain = wanted.replace(/\.$/, '');
  const parts = (plain.endsWith(DOMAIN) ? plain.slice(0, -DOMAIN.length) : plain).split('.');
  const [name = '', ofNamespace = namespace, svc = 'svc', ...more] = parts;
  if (svc !== 'svc' || more.length > 0) return undefined;
  const { clusterIP, externalName } = get(name, ofNamespace)?.spec ?? {};
  if (externalName) return undefined;
  return clusterIP && clusterIP !== 'None' ? clusterIP : undefined;
}
