import { cpuThrottle, fidelity, labels, labelsFlag, podCount, quantity, taint, taintsFlag } from '@kubernats/kubelet-sim/shape';
import { checked, FileError } from '@kubernats/runtime/user-files';
import * as z from 'zod';
import { Failure } from '../failure.ts';

/** The flags of `up` that say what all nodes are like, as a person typed them. */
export interface ShapeFlags {
  nodeCpu?: string;
  nodeMemory?: string;
  nodePods?: number;
  nodeLabels?: string;
  nodeTaints?: string;
  fidelity?: 'live' | 'status';
  cpuThrottle?: 'limit' | 'request';
}

export const shapeSchema = z.object({
  cpu: quantity.optional(),
  memory: quantity.optional(),
  pods: podCount.optional(),
  labels: labels.optional(),
  taints: z.array(taint).optional(),
  fidelity: fidelity.optional(),
  cpuThrottle: cpuThrottle.optional(),
});

/** What all nodes of a cluster are like, where a file of nodes does not say otherwise. */
export type ShapeSettings = z.output<typeof shapeSchema>;

/** The shape from the flags, over what it was the last time; an empty flag takes its value away. Throws a Failure that names the flag. */
export function shapeOfFlags(flags: ShapeFlags, before: ShapeSettings): ShapeSettings {
  const given = <S extends z.ZodType>(flag: string, schema: S, text: string | undefined): z.output<S> | undefined => {
    if (text === undefined || text === '') return undefined;
    try {
      return checked(schema, text, `--${flag} ${text}`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Failure(error.message, 2);
    }
  };
  const next: ShapeSettings = { ...before };
  if (flags.nodeCpu !== undefined) next.cpu = given('node-cpu', quantity, flags.nodeCpu);
  if (flags.nodeMemory !== undefined) next.memory = given('node-memory', quantity, flags.nodeMemory);
  if (flags.nodePods !== undefined) next.pods = flags.nodePods;
  if (flags.nodeLabels !== undefined) next.labels = given('node-labels', labelsFlag, flags.nodeLabels);
  if (flags.nodeTaints !== undefined) next.taints = given('node-taints', taintsFlag, flags.nodeTaints);
  if (flags.fidelity !== undefined) next.fidelity = flags.fidelity;
  if (flags.cpuThrottle !== undefined) next.cpuThrottle = flags.cpuThrottle;
  return next;
}
