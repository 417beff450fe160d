import { ReplicaSets } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const replicaSetRow = defineKind(ReplicaSets, {
  shortNames: ['rs'],
  categories: ['all'],
  hasStatus: true,
  scale: { specReplicasPath: 'spec.replicas', statusReplicasPath: 'status.replicas' },
});
