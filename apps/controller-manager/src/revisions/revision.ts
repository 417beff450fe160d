import type { ControllerRevision, KubeObject, PodTemplateSpec } from '@kubernats/api';
import { isJsonObject, ownerReferenceTo } from '@kubernats/apimachinery';
import { canonical, canonicalOf, safeHash } from '../canonical.ts';

/** On Pods: of which revision they are. */
export const REVISION_LABEL = 'controller-revision-hash';

/** What keeps its templates as revisions: a StatefulSet or a DaemonSet. */
export interface Revised extends KubeObject {
  spec?: { template: PodTemplateSpec; revisionHistoryLimit?: number };
}

/** The template that a revision keeps. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const spec = isJsonObject(data) ? data.spec : undefined;
  const template = isJsonObject(spec) ? spec.template : undefined;
  if (!isJsonObject(template)) return {};
  const { $patch: _patch, ...rest } = template;
  return rest as PodTemplateSpec;
}

const templates = new WeakMap<ControllerRevision, string>();

/** Whether the revision keeps this template. */
export function keeps(revision: ControllerRevision, template: PodTemplateSpec): boolean {
  let kept = templates.get(revision);
  if (kept === undefined) {
    kept = canonical(templateOf(revision));
    templates.set(revision, kept);
  }
  return kept === canonicalOf(template);
}

/**
 * A revision that keeps the owner's template, as a patch that brings it back: `kubectl rollout undo` sends it as it is. `hashLabel` is the label
 * that carries the hash. Source: the ControllerRevision API; the hash is our own.
 */
export function newRevision(owner: Revised, revision: number, collisionCount: number, hashLabel: string): ControllerRevision {
  const template = owner.spec?.template ?? {};
  const hash = safeHash(canonicalOf(template) + (collisionCount > 0 ? `\n${collisionCount}` : ''));
  const { name, namespace, annotations } = owner.metadata ?? {};
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      ...(annotations && { annotations }),
      ownerReferences: [ownerReferenceTo(owner)],
    },
    // Sorted, as kubectl compares it byte by byte.
    data: JSON.parse(canonical({ spec: { template: { ...template, $patch: 'replace' } } })),
    revision,
  };
}
