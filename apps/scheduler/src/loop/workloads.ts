import { type ObjectMeta, type Pod, ReplicaSets, ReplicationControllers, Services, StatefulSets } from '@kubernats/api';
import { controllerOf, type LabelSelector, labelSelectorOf, type Selector, selectorOf, selectorOfMap } from '@kubernats/apimachinery';
import type { InformerSet } from '@kubernats/client';
import type { Workloads } from '../framework/workloads.ts';

/** Index of the Services by namespace and the first label that they select by. */
const BY_LABEL = 'label';

/**
 * What Pods belong to, as the API server says. Of each object only its selector is kept, as there are thousands. Source: kube-scheduler, which works the
 * selector of the default constraints out so.
 */
export function followWorkloads(informers: InformerSet): Workloads & { synced: Promise<unknown> } {
  informers.keepOnly(Services, ({ metadata, spec }) => ({ metadata: identity(metadata), spec: { selector: spec?.selector } }));
  informers.keepOnly(ReplicationControllers, ({ metadata, spec }) => ({
    metadata: identity(metadata),
    spec: { selector: spec?.selector },
  }));
  informers.keepOnly(ReplicaSets, ({ metadata, spec }) => ({ metadata: identity(metadata), spec: spec && { selector: spec.selector } }));
  informers.keepOnly(StatefulSets, ({ metadata, spec }) => ({
    metadata: identity(metadata),
    spec: spec && { selector: spec.selector, template: {} },
  }));
  const services = informers.of(Services);
  const replicationControllers = informers.of(ReplicationControllers);
  const replicaSets = informers.of(ReplicaSets);
  const statefulSets = informers.of(StatefulSets);
  services.addIndex(BY_LABEL, ({ metadata, spec }) => {
    for (const key in spec?.selector) return [bucket(metadata?.namespace, key, spec.selector[key])];
    return [];
  });
  const parsed = new WeakMap<LabelSelector, Selector>();

  return {
    synced: Promise.all([services, replicationControllers, replicaSets, statefulSets].map(({ synced }) => synced)),
    selectorOf: (pod) => selectorOf([...selectorsOfServices(pod), controllerSelector(pod)].flatMap((each) => each?.requirements ?? [])),
  };

  /** A Service without a selector selects nobody. */
  function selectorsOfServices({ metadata }: Pod): Selector[] {
    const { namespace, labels = {} } = metadata ?? {};
    return Object.entries(labels)
      .flatMap(([key, value]) => services.byIndex(BY_LABEL, bucket(namespace, key, value)))
      .map(({ spec }) => selectorOfMap(spec?.selector))
      .filter((selector) => selector.matches(labels));
  }

  function controllerSelector(pod: Pod): Selector | undefined {
    const { apiVersion, kind, name = '' } = controllerOf(pod) ?? {};
    const { namespace } = pod.metadata ?? {};
    switch (`${apiVersion}/${kind}`) {
      case 'v1/ReplicationController':
        return selectorOfMap(replicationControllers.get(name, namespace)?.spec?.selector);
      case 'apps/v1/ReplicaSet':
        return parse(replicaSets.get(name, namespace)?.spec?.selector);
      case 'apps/v1/StatefulSet':
        return parse(statefulSets.get(name, namespace)?.spec?.selector);
      default:
        return undefined;
    }
  }

  function parse(selector: LabelSelector | undefined): Selector | undefined {
    if (!selector) return undefined;
    const known = parsed.get(selector) ?? labelSelectorOf(selector);
    parsed.set(selector, known);
    return known;
  }
}

const identity = ({ name, namespace, uid, resourceVersion }: ObjectMeta = {}): ObjectMeta => ({ name, namespace, uid, resourceVersion });

const bucket = (namespace: string | undefined, key: string, value: string | undefined): string => `${namespace}/${key}=${value}`;
