import type { Service } from '@kubernats/api';

/** The class of this load balancer, for Services that name one. Without a class a Service is ours as well. */
export const LOAD_BALANCER_CLASS = 'kubernats.dev/load-balancer';

/** Keeps a deleted Service until its address has been given back. Source: KEP-980, the service controller of cloud providers. */
export const CLEANUP_FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

const isOfType = ({ spec }: Service): boolean => spec?.type === 'LoadBalancer';

const isOurs = ({ spec }: Service): boolean => spec?.loadBalancerClass === undefined || spec.loadBalancerClass === LOAD_BALANCER_CLASS;

const isGoing = ({ metadata }: Service): boolean => metadata?.deletionTimestamp !== undefined;

/** Whether the Service is to have an address from here. Source: the Service concept, "Specifying class of load balancer implementation". */
export const wantsLoadBalancer = (service: Service): boolean => isOfType(service) && isOurs(service) && !isGoing(service);

/** Whether something of ours is on the Service that has to go when we go. A Service of another class may carry the same finalizer. */
export const isServedByUs = (service: Service): boolean =>
  isOurs(service) && (service.metadata?.finalizers?.includes(CLEANUP_FINALIZER) ?? false);

/** Whether what the Service has from here is to be taken back: it is to go, or is of another type now. */
export const needsCleanup = (service: Service): boolean => isServedByUs(service) && (isGoing(service) || !isOfType(service));

/** The addresses that the Service's status tells people of. */
export const addressesIn = ({ status }: Service): string[] => (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
