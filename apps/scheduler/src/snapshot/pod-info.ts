import { claimKeysOf, type HostPort, hostPortsOf, type Pod } from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import { type Resources, requestsOf } from './resources.ts';

/** A Pod with what the scheduler asks of it again and again, worked out once. */
export interface PodInfo {
  key: string;
  pod: Pod;
  requests: Resources;
  /** What scoring counts: containers without requests count as a small one. */
  scoreRequests: Resources;
  hostPorts: HostPort[];
  /** The claims that it uses, as keys. */
  claims: string[];
  priority: number;
  /** The images of its containers, init containers included, as nodes name them. */
  images: string[];
  /** Pods of one text are alike to every plug-in that looks at nodes; undefined for those with claims, to which the whole cluster matters. */
  likeness: string | undefined;
}

export function podInfoOf(pod: Pod): PodInfo {
  const { exact, forScore } = requestsOf(pod);
  const claims = claimKeysOf(pod);
  return {
    ...{ key: keyOf(pod), pod, requests: exact, scoreRequests: forScore },
    ...{ hostPorts: hostPortsOf(pod), claims, priority: pod.spec?.priority ?? 0 },
    images: [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map(({ image = '' }) => normalizedImage(image)),
    likeness: claims.length === 0 ? likenessOf(pod) : undefined,
  };
}

/** What plug-ins look at of a Pod that is kept (`keptPod`). Its containers' names and the like are few, and differ among Pods that are not alike anyway. */
const likenessOf = ({ metadata, spec }: Pod): string =>
  JSON.stringify([metadata?.namespace, metadata?.labels, { ...spec, hostname: undefined, nodeName: undefined }]);

/** With a tag, as nodes tell of their images. */
const normalizedImage = (image: string): string => (image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image);
