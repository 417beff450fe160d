import type { KindRow, KubeObject, Scale, ScaleRow } from '@kubernats/api';
import { getPath, type LabelSelector, labelSelectorOf } from '@kubernats/apimachinery';

/** How a kind that scales does so, and where in its objects the replicas are. */
export function pathsOf({ scale, plural }: KindRow): { scale: ScaleRow; path: string[] } {
  if (!scale) throw new Error(`${plural} do not scale`);
  return { scale, path: scale.specReplicasPath.split('.') };
}

/** What a path of the scale leads to. */
export const replicasOf = (object: object, path: string): unknown => getPath(object, path.split('.'));

/** The Scale that stands for an object of the row. The selector is text, as HorizontalPodAutoscalers read it. */
export function scaleOf(row: KindRow, object: KubeObject): Scale {
  const { scale } = pathsOf(row);
  const { name, namespace, uid, creationTimestamp, resourceVersion } = object.metadata ?? {};
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, creationTimestamp, resourceVersion },
    spec: { replicas: Number(replicasOf(object, scale.specReplicasPath) ?? 0) },
    status: { replicas: Number(replicasOf(object, scale.statusReplicasPath) ?? 0), selector: selectorOf(object, scale) },
  };
}

function selectorOf(object: KubeObject, { labelSelectorPath }: ScaleRow): string {
  if (labelSelectorPath !== undefined) return String(getPath(object, labelSelectorPath.split('.')) ?? '');
  const selector = getPath(object, ['spec', 'selector']) as LabelSelector | Record<string, string> | undefined;
  return selector ? selectorText(selector) : '';
}

/** A ReplicationController's selector is a plain map of labels. */
function selectorText(selector: LabelSelector | Record<string, string>): string {
  const plain = Object.values(selector).every((value) => typeof value === 'string');
  return (
    plain ? labelSelectorOf({ matchLabels: selector as Record<string, string> }) : labelSelectorOf(selector as LabelSelector)
  ).toString();
}
