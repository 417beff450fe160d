import type { Pod } from '@kubernats/api';

const HOSTNAME_MAX = 63;
/** As much as a kernel takes. */
const FQDN_MAX = 64;

/** How a Pod calls itself. Source: "DNS for Services and Pods", Pod's hostname and subdomain fields. */
export interface PodHostname {
  /** Its leaf name. */
  name: string;
  /** Set where the Pod has a domain: `name.subdomain.namespace.svc.cluster.local`. */
  fqdn: string | undefined;
  /** What `hostname` prints in its containers. */
  kernel: string;
}

export function podHostname({ metadata, spec }: Pod, nodeName: string, clusterDomain: string): PodHostname {
  const override = spec?.hostnameOverride;
  if (override) return { name: override, fqdn: undefined, kernel: override };
  const name = spec?.hostname || (metadata?.name ?? '').slice(0, HOSTNAME_MAX).replace(/[-.]+$/, '');
  const fqdn = spec?.subdomain ? `${name}.${spec.subdomain}.${metadata?.namespace ?? 'default'}.svc.${clusterDomain}` : undefined;
  if (spec?.hostNetwork) return { name, fqdn, kernel: nodeName };
  return { name, fqdn, kernel: (spec?.setHostnameAsFQDN && fqdn) || name };
}

/** Why a Pod cannot be called so; undefined: it can. The words of the kubelet's FailedCreatePodSandBox event. */
export function hostnameProblem({ kernel }: PodHostname): string | undefined {
  if (kernel.length <= FQDN_MAX) return undefined;
  return `Failed to create pod sandbox: Failed to construct FQDN from Pod hostname and cluster domain, FQDN ${kernel} is too long (${FQDN_MAX} is the max, ${kernel.length} characters needed)`;
}
