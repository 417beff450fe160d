import { type Container, type Pod, Pods } from '@kubernats/api';
import { referenceTo } from '@kubernats/client';
import { podTitle } from '../status/container-status.ts';
import type { PodContext } from './pod-context.ts';
import type { Role } from './record.ts';

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

  ofContainer(container: Container, role: Role, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const fieldPath = `spec.${role === 'main' ? 'containers' : 'initContainers'}{${container.name}}`;
    this.#context.events?.event(referenceTo(Pods, this.#pod()), type, reason, message, { host: this.#context.node.name, fieldPath });
  }

  /** The image is had by name alone; what a pull would have said is said. */
  pulled(container: Container, role: Role): void {
    const image = container.image ?? '';
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    if (this.#context.pulled.has(image) && policy !== 'Always') {
      return this.ofContainer(
        container,
        role,
        'Normal',
        'Pulled',
        `Container image "${image}" already present on machine and can be accessed by the pod`,
      );
    }
    this.#context.pulled.add(image);
    this.ofContainer(container, role, 'Normal', 'Pulling', `Pulling image "${image}"`);
    this.ofContainer(
      container,
      role,
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}" in 1ms (1ms including waiting). Image size: 0 bytes.`,
    );
  }

  backOff(container: Container, role: Role): void {
    const message = `Back-off restarting failed container ${container.name} in pod ${podTitle(this.#pod())}`;
    this.ofContainer(container, role, 'Warning', 'BackOff', message);
  }
}
