import type { ResourceAttributes } from '@kubernats/api';
import { type FieldRequirement, fieldSelectorOf, labelSelectorOf, parseFieldSelector, parseLabelSelector } from '@kubernats/apimachinery';
import { StatusError } from '@kubernats/errors';

type Requirements<Selector extends 'fieldSelector' | 'labelSelector'> = NonNullable<
  NonNullable<ResourceAttributes[Selector]>['requirements']
>;

/** What a review limits its question by. */
export interface ReadSelectors {
  /** As a list would bring it, without what could not be read: the answer is about more then, never about less. */
  fieldSelector: string;
  /** For `status.evaluationError`, in Kubernetes' words. */
  problems: string[];
}

/** Reads the selectors of a review. No authoriser here looks at labels: of those it is only said whether they could be read. Source: KEP-4601. */
export function readSelectors({ fieldSelector, labelSelector }: ResourceAttributes): ReadSelectors {
  const fields = fieldSelector?.rawSelector
    ? readRaw(() => parseFieldSelector(fieldSelector.rawSelector ?? '').requirements)
    : fieldRequirements(fieldSelector?.requirements ?? []);
  const labels = labelSelector?.rawSelector
    ? readRaw(() => [parseLabelSelector(labelSelector.rawSelector ?? '')])
    : labelRequirements(labelSelector?.requirements ?? []);
  return {
    fieldSelector: fieldSelectorOf(fields.read).toString(),
    problems: [...problemOf('fieldSelector', fields), ...problemOf('labelSelector', labels)],
  };
}

interface Read<T> {
  read: readonly T[];
  isAll: boolean;
}

function readRaw<T>(read: () => readonly T[]): Read<T> {
  try {
    return { read: read(), isAll: true };
  } catch (error) {
    if (error instanceof StatusError) return { read: [], isAll: false };
    throw error;
  }
}

/** Fields have one value each, as in a list's selector: `In` and `NotIn` of more, and whether there are any, cannot be asked yet. */
function fieldRequirements(requirements: Requirements<'fieldSelector'>): Read<FieldRequirement> {
  const read = requirements.flatMap(({ key, operator, values = [] }): FieldRequirement[] => {
    const [value = ''] = values;
    if (values.length !== 1 || (operator !== 'In' && operator !== 'NotIn')) return [];
    return [{ path: key, operator: operator === 'In' ? '=' : '!=', value }];
  });
  return { read, isAll: read.length === requirements.length };
}

function labelRequirements(requirements: Requirements<'labelSelector'>): Read<unknown> {
  const read = requirements.flatMap((each) => readRaw(() => [labelSelectorOf({ matchExpressions: [each] })]).read);
  return { read, isAll: read.length === requirements.length };
}

function problemOf(name: string, { read, isAll }: Read<unknown>): string[] {
  if (isAll) return [];
  return [`spec.resourceAttributes.${name} ${read.length > 0 ? 'partially ' : ''}ignored due to parse error`];
}
