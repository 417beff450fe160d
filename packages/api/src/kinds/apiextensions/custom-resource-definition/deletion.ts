import { rfc3339 } from '@kubernats/clock';
import type { CustomResourceDefinition } from '../../../../generated/types.ts';
import { withTerminating } from '../../../custom/definition.ts';
import type { StrategyContext } from '../../../kind.ts';

/** Holds a definition back until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** What is asked to be deleted waits until its objects are. */
export function holdBack(definition: CustomResourceDefinition, { nowMs }: StrategyContext): CustomResourceDefinition {
  const { metadata = {} } = definition;
  if (metadata.deletionTimestamp !== undefined) return definition;
  const finalizers = [...new Set([...(metadata.finalizers ?? []), CLEANUP_FINALIZER])];
  const pending = {
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  } as const;
  return withTerminating({ ...definition, metadata: { ...metadata, finalizers } }, pending, rfc3339(nowMs));
}
