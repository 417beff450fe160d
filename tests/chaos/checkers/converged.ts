import { entriesOf } from '../history/entries.ts';
import { isOf, type Observed, type ObservedOf } from '../history/observed.ts';
import type { Checker } from './checker.ts';

/** In the end each Deployment and StatefulSet has the Pods that its last step asked for, they are ready, and there are no others. */
export const converged: Checker = {
  name: 'all Deployments and StatefulSets converged',
  check(history) {
    const objects = entriesOf(history, 'state').at(-1)?.objects ?? [];
    const wanted = new Map<string, number>();
    for (const { action } of entriesOf(history, 'step')) if ('replicas' in action) wanted.set(action.name, action.replicas);
    const [deployments, statefulSets] = [objects.filter(isOf('Deployment')), objects.filter(isOf('StatefulSet'))];
    return {
      wrong: [
        ...(deployments.length === 0 ? ['there are no Deployments'] : []),
        ...[...deployments, ...statefulSets].flatMap((each) => notConverged(each, objects, wanted.get(each.name.split('/')[1] ?? ''))),
      ],
      looked: `${deployments.length} Deployments, ${statefulSets.length} StatefulSets`,
    };
  },
};

/** What is not as it should be, if anything. */
export function notConverged(
  workload: ObservedOf<'Deployment'> | ObservedOf<'StatefulSet'>,
  objects: readonly Observed[],
  asked: number | undefined,
): string[] {
  const { kind, name, wanted, generation, observedGeneration, replicas, ready, updated } = workload;
  const told = `${kind} ${name}`;
  // A Pod's name begins with that of its workload.
  const pods = objects.filter(isOf('Pod')).filter((pod) => pod.name.startsWith(`${name}-`));
  return [
    ...(asked !== undefined && asked !== wanted ? [`${told}: ${asked} replicas were asked for, and its spec says ${wanted}`] : []),
    ...(generation === observedGeneration ? [] : [`${told}: generation ${generation}, observed ${observedGeneration}`]),
    ...(replicas === wanted && ready === wanted && updated === wanted
      ? []
      : [`${told}: ${wanted} wanted, ${replicas} there, ${updated} up to date, ${ready} ready`]),
    ...(pods.length === wanted ? [] : [`${told}: ${wanted} wanted, ${pods.length} Pods: ${pods.map((pod) => pod.name).join(', ')}`]),
    ...pods.filter((pod) => !pod.ready).map((pod) => `${told}: Pod ${pod.name} is ${pod.phase} and not ready`),
  ];
}
