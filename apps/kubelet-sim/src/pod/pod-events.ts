import { type Container, type PersistentVolumeClaim, PersistentVolumeClaims, type Pod, Pods } from '@kubernats/api';
import { referenceTo } from '@kubernats/client';
import { podTitle } from '../status/container-status.ts';
import type { PodContext } from './pod-context.ts';
import type { Role } from './record.ts';

/** Where a container of each role stands in the spec. */
const LISTS = { init: 'initContainers', sidecar: 'initContainers', main: 'containers', ephemeral: 'ephemeralContainers' } as const;

/** The events of one Pod, worded as the kubelet words them. */
export class PodEvents {
  readonly #context: PodContext;
  readonly #pod: () => Pod;

  constructor(context: PodContext, pod: () => Pod) {
    this.#context = context;
    this.#pod = pod;
  }

  ofPod(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.events?.event(referenceTo(Pods, this.#pod()), type, reason, message, { host: this.#context.node.name });
  }

  ofClaim(claim: PersistentVolumeClaim, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.events?.event(referenceTo(PersistentVolumeClaims, claim), type, reason, message, { host: this.#context.node.name });
  }

  ofContainer(container: Container, role: Role, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const fieldPath = `spec.${LISTS[role]}{${container.name}}`;
    this.#context.events?.event(referenceTo(Pods, this.#pod()), type, reason, message, { host: this.#context.node.name, fieldPath });
  }

  backOff(container: Container, role: Role): void {
    const message = `Back-off restarting failed container ${container.name} in pod ${podTitle(this.#pod())}`;
    this.ofContainer(container, role, 'Warning', 'BackOff', message);
  }
}
