import { Deployments } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const deploymentRow = defineKind(Deployments, {
  shortNames: ['deploy'],
  categories: ['all'],
  hasStatus: true,
  scale: { specReplicasPath: 'spec.replicas', statusReplicasPath: 'status.replicas' },
});
