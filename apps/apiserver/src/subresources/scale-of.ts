import type { KubeObject, Scale } from '@kubernats/api';
import { getPath, type LabelSelector, labelSelectorOf } from '@kubernats/apimachinery';

/** The Scale that stands for an object. The selector is text, as HorizontalPodAutoscalers read it. */
export function scaleOf(object: KubeObject): Scale {
  const { name, namespace, uid, creationTimestamp, resourceVersion } = object.metadata ?? {};
  const selector = getPath(object, ['spec', 'selector']) as LabelSelector | Record<string, string> | undefined;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, creationTimestamp, resourceVersion },
    spec: { replicas: Number(getPath(object, ['spec', 'replicas']) ?? 0) },
    status: {
      replicas: Number(getPath(object, ['status', 'replicas']) ?? 0),
      selector: selector ? selectorText(selector) : '',
    },
  };
}

/** A ReplicationController's selector is a plain map of labels. */
function selectorText(selector: LabelSelector | Record<string, string>): string {
  const plain = Object.values(selector).every((value) => typeof value === 'string');
  return (
    plain ? labelSelectorOf({ matchLabels: selector as Record<string, string> }) : labelSelectorOf(selector as LabelSelector)
  ).toString();
}
