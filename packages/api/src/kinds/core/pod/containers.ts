import type { Container, Pod, PodSpec } from '../../../../generated/types.ts';

/** An init container that goes on running beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

/** Containers that run at the same time, with their paths: the ordinary ones and the sidecars among the init containers. */
export function* longRunning(spec: PodSpec): Generator<{ container: Container; list: 'initContainers' | 'containers'; index: number }> {
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    if (isSidecar(container)) yield { container, list: 'initContainers', index };
  }
  for (const [index, container] of (spec.containers ?? []).entries()) yield { container, list: 'containers', index };
}

/** It ran and will not run again. */
export const isTerminal = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
