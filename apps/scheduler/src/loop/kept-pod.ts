import type { Container, Pod, PodCondition } from '@kubernats/api';
import { asHeld } from './as-held.ts';

/**
 * A Pod as the scheduler needs it: what it asks of a node, and why it waits. What its containers run, its own data and its life on a node are most of a
 * Pod, and there are tens of thousands. `annotations`: keep them as well, for plug-ins that look at them.
 */
export function keptPod(pod: Pod, keep: { annotations: boolean } = { annotations: false }): Pod {
  const { apiVersion, kind, metadata, spec, status } = pod.spec?.nodeName ? asHeld(pod) : pod;
  const { managedFields: _fields, annotations, ...others } = metadata ?? {};
  const identity = keep.annotations ? { ...others, annotations } : others;
  return {
    apiVersion,
    kind,
    metadata: identity,
    spec: spec && {
      ...spec,
      containers: spec.containers.map(keptContainer),
      initContainers: spec.initContainers?.map(keptContainer),
      volumes: spec.volumes?.filter((volume) => volume.persistentVolumeClaim ?? volume.ephemeral),
    },
    status: spec?.nodeName
      ? { phase: status?.phase, startTime: status?.startTime, conditions: whyItGoes(status?.conditions) }
      : { phase: status?.phase, nominatedNodeName: status?.nominatedNodeName, conditions: status?.conditions },
  };
}

/** Most Pods have nothing of the kind. */
function whyItGoes(conditions: readonly PodCondition[] | undefined): PodCondition[] | undefined {
  const target = conditions?.find(({ type }) => type === 'DisruptionTarget');
  return target && [target];
}

const keptContainer = ({ name, image, resources, ports, restartPolicy }: Container): Container => ({
  ...{ name, image, resources, ports, restartPolicy },
});
