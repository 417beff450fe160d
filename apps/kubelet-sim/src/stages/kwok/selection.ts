import type { BehaviourRowInput } from '@kubernats/containers';
import type { KwokStage } from './stage.ts';

/** What a Stage selects: the containers, and where in the Pod's life it stands. */
export interface Selection {
  match: NonNullable<BehaviourRowInput['match']>;
  deleting: boolean;
}

const METADATA = /^\.metadata\.(labels|annotations)(?:\["([^"]+)"\]|\.([\w-]+))$/;

/** Reads the selector; calls `refuse` for what has no counterpart. A phase needs none: which part of a row a Stage becomes says it. */
export function selectionOf(
  selector: NonNullable<KwokStage['spec']['selector']>,
  refuse: (field: string, why: string) => never,
): Selection {
  const { matchLabels, matchAnnotations, matchExpressions } = selector;
  const labels: Record<string, string> = { ...matchLabels };
  const annotations: Record<string, string> = { ...matchAnnotations };
  const match: Selection['match'] = {};
  let deleting = false;
  matchExpressions.forEach(({ key, operator, values }, index) => {
    const field = `spec.selector.matchExpressions[${index}]`;
    const only = (): string => {
      const [value, ...more] = values;
      if (operator !== 'In' || value === undefined || more.length > 0) refuse(field, `operator ${operator} with ${values.length} values`);
      return value ?? '';
    };
    const [, map, quoted, plain] = METADATA.exec(key) ?? [];
    if (map !== undefined) (map === 'labels' ? labels : annotations)[quoted ?? plain ?? ''] = only();
    else if (key === '.metadata.name') match.pod = only();
    else if (key === '.metadata.namespace') match.namespace = only();
    else if (key === '.metadata.ownerReferences.[].kind') match.owner = only();
    else if (key === '.metadata.deletionTimestamp') deleting = operator === 'Exists';
    else if (key !== '.status.phase' || operator !== 'In') refuse(field, `key ${JSON.stringify(key)}`);
  });
  return { match: { ...match, labels, annotations }, deleting };
}
