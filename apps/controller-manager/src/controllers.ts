import { clusterRoleAggregationController } from './clusterrole-aggregation/index.ts';
import type { ControllerRow } from './context.ts';
import { cronJobController } from './cronjob/index.ts';
import { daemonSetController } from './daemonset/index.ts';
import { deploymentController } from './deployment/index.ts';
import { disruptionController } from './disruption/index.ts';
import { endpointsController } from './endpoints/index.ts';
import { endpointSliceController } from './endpointslice/index.ts';
import { endpointSliceMirroringController } from './endpointslicemirroring/index.ts';
import { ephemeralVolumeController } from './ephemeral-volume/index.ts';
import { garbageCollector } from './garbage-collector/index.ts';
import { horizontalPodAutoscalingController } from './horizontal-pod-autoscaling/index.ts';
import { jobController } from './job/index.ts';
import { namespaceController } from './namespace/index.ts';
import { nodeIpamController } from './node-ipam/index.ts';
import { nodeLifecycleController } from './node-lifecycle/index.ts';
import { nodeReleaseController } from './node-release/index.ts';
import { podGcController } from './pod-gc/index.ts';
import { replicaSetController } from './replicaset/index.ts';
import { replicationController } from './replicationcontroller/index.ts';
import { rootCaController } from './root-ca/index.ts';
import { serviceAccountController } from './service-account/index.ts';
import { statefulSetController } from './statefulset/index.ts';
import { taintEvictionController } from './taint-eviction/index.ts';
import { ttlAfterFinishedController } from './ttl-after-finished/index.ts';

/** Every controller of this process. Each is a directory: a pure decision, and what carries it out. */
export const CONTROLLERS: readonly ControllerRow[] = [
  { name: 'namespace', create: namespaceController },
  { name: 'garbage-collector', create: garbageCollector },
  { name: 'node-ipam', create: nodeIpamController },
  { name: 'node-lifecycle', create: nodeLifecycleController },
  { name: 'node-release', create: nodeReleaseController },
  { name: 'taint-eviction', create: taintEvictionController },
  { name: 'pod-garbage-collector', create: podGcController },
  { name: 'serviceaccount', create: serviceAccountController },
  { name: 'root-ca-cert-publisher', create: rootCaController },
  { name: 'clusterrole-aggregation', create: clusterRoleAggregationController },
  { name: 'replicaset', create: replicaSetController },
  { name: 'replicationcontroller', create: replicationController },
  { name: 'deployment', create: deploymentController },
  { name: 'statefulset', create: statefulSetController },
  { name: 'daemonset', create: daemonSetController },
  { name: 'job', create: jobController },
  { name: 'ttl-after-finished', create: ttlAfterFinishedController },
  { name: 'cronjob', create: cronJobController },
  { name: 'horizontal-pod-autoscaling', create: horizontalPodAutoscalingController },
  { name: 'disruption', create: disruptionController },
  { name: 'endpointslice', create: endpointSliceController },
  { name: 'endpointslicemirroring', create: endpointSliceMirroringController },
  { name: 'endpoint', create: endpointsController },
  { name: 'ephemeral_volume', create: ephemeralVolumeController },
];
