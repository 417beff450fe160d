import { type ContainerStatus, isTerminal, type Pod } from '@kubernats/api';

/**
 * Whether a Pod's node is to have its volumes: from when it comes to the node until its containers are over for good, or it is deleted and they
 * run no more. What is still mounted then is kept from being detached by the node's own word. Source: "Persistent Volumes", "Force detach".
 */
export function wantsVolumes(pod: Pod): boolean {
  const { metadata, spec, status } = pod;
  if (!spec?.nodeName || isTerminal(pod)) return false;
  return metadata?.deletionTimestamp === undefined || containersOf(status).some(isRunning);
}

const containersOf = (status: Pod['status'] = {}): ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
  ...(status.ephemeralContainerStatuses ?? []),
];

/** A state that says nothing means that the container waits. */
const isRunning = ({ state }: ContainerStatus): boolean => state?.running !== undefined;
