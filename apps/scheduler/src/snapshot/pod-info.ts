import { claimKeysOf, type HostPort, hostPortsOf, type Pod } from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import { type PodTerms, podTermsOf } from './pod-terms.ts';
import { type Resources, requestsOf } from './resources.ts';

/** A Pod with what the scheduler asks of it again and again, worked out once. */
export class PodInfo {
  readonly key: string;
  readonly pod: Pod;
  readonly requests: Resources;
  /** What scoring counts: containers without requests count as a small one. */
  readonly scoreRequests: Resources;
  readonly hostPorts: readonly HostPort[];
  /** The claims that it uses, as keys. */
  readonly claims: readonly string[];
  readonly priority: number;
  #images: readonly string[] | undefined;
  #likeness: string | undefined;
  #terms: PodTerms | null | undefined;

  constructor(pod: Pod) {
    const { exact, forScore } = requestsOf(pod);
    this.key = keyOf(pod);
    this.pod = pod;
    this.requests = exact;
    this.scoreRequests = forScore;
    this.hostPorts = hostPortsOf(pod);
    this.claims = claimKeysOf(pod);
    this.priority = pod.spec?.priority ?? 0;
  }

  /** The images of its containers, init containers included, as nodes name them. */
  get images(): readonly string[] {
    const { initContainers = [], containers = [] } = this.pod.spec ?? {};
    this.#images ??= [...initContainers, ...containers].map(({ image = '' }) => normalizedImage(image));
    return this.#images;
  }

  /** What it says about other Pods; undefined: nothing. */
  get terms(): PodTerms | undefined {
    if (this.#terms === undefined) this.#terms = podTermsOf(this.pod) ?? null;
    return this.#terms ?? undefined;
  }

  /** Pods of one text are alike to every plug-in that looks at nodes alone. Asked of Pods that look for a node: those that have one are many. */
  get likeness(): string {
    this.#likeness ??= likenessOf(this.pod);
    return this.#likeness;
  }

  /** Pods of one text are helped by the same events: those that are alike, but claims may be one Pod's own. */
  get kin(): string {
    return this.claims.length === 0 ? this.likeness : this.key;
  }
}

export const podInfoOf = (pod: Pod): PodInfo => new PodInfo(pod);

/** What plug-ins look at of a Pod that is kept (`keptPod`). Its containers' names and the like are few, and differ among Pods that are not alike anyway. */
const likenessOf = ({ metadata, spec }: Pod): string =>
  JSON.stringify([metadata?.namespace, metadata?.labels, metadata?.annotations, { ...spec, hostname: undefined, nodeName: undefined }]);

/** With a tag, as nodes tell of their images. */
const normalizedImage = (image: string): string => (image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image);
