import { type ReplicaSet, type ReplicaSetStatus, type ReplicationController, ReplicationControllers } from '@kubernats/api';
import type { Controller } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { replicationControllerInformer } from '../informers.ts';
import { replicaController } from '../replicaset/index.ts';

/** A ReplicaSet by its older name. Source: the ReplicationController concept. */
export function replicationController(context: ControllerContext): Controller {
  return replicaController(context, {
    ref: ReplicationControllers,
    name: 'replicationcontroller',
    component: 'replication-controller',
    informer: replicationControllerInformer,
    asReplicaSet,
    statusOf,
  });
}

/** Its selector is a plain map of labels. */
function asReplicaSet({ spec, ...rest }: ReplicationController): ReplicaSet {
  return { ...rest, spec: { ...spec, selector: { matchLabels: spec?.selector } } };
}

function statusOf({ terminatingReplicas: _newer, ...status }: ReplicaSetStatus): ReplicaSetStatus {
  return status;
}
