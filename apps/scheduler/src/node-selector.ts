import type { Node, NodeSelectorRequirement, NodeSelectorTerm } from '@kubernats/api';

/** Whether a node matches one term: all its requirements. An empty term matches nothing. Source: `corev1.NodeSelectorTerm`. */
export function matchesNodeSelector(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata?.labels ?? {};
  return (
    matchExpressions.every((requirement) =>
      matches(requirement, Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined),
    ) && matchFields.every((requirement) => matches(requirement, requirement.key === 'metadata.name' ? node.metadata?.name : undefined))
  );
}

function matches({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  const bound = Number(values[0]);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return isInteger(value) && Number(value) > bound;
    case 'Lt':
      return isInteger(value) && Number(value) < bound;
    default:
      return false;
  }
}

const isInteger = (value: string | undefined): boolean => value !== undefined && /^-?\d+$/.test(value);
