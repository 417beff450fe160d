export {
  type ClusterEventView,
  defineSchedulerPlugin,
  type PluginHooks,
  type QueuedPodView,
  type Refusal,
  type SchedulerPluginDefinition,
} from './definition.ts';
export type { Amounts, ClusterView, NodeView, PodView, ReadonlyDeep, WaitingPodView } from './views.ts';
