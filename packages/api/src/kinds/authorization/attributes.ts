import { fieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ObjectMeta, SelfSubjectAccessReviewSpec, SubjectAccessReviewSpec } from '../../../generated/types.ts';
import { checkSelectors } from './selectors.ts';

const SPEC = fieldPath('spec');

/** A review asks about a resource or about a path: one of the two. */
export function checkAttributes(spec: SelfSubjectAccessReviewSpec | undefined): Cause[] {
  const { resourceAttributes, nonResourceAttributes } = spec ?? {};
  if (resourceAttributes && nonResourceAttributes) {
    return [
      invalidValue(
        SPEC.child('nonResourceAttributes'),
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      ),
    ];
  }
  if (resourceAttributes) return checkSelectors(resourceAttributes, SPEC.child('resourceAttributes'));
  if (nonResourceAttributes) return [];
  return [
    invalidValue(SPEC.child('resourceAttributes'), null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'),
  ];
}

/** Someone must be asked about. */
export function checkSubject(spec: SubjectAccessReviewSpec | undefined): Cause[] {
  if (spec?.user || spec?.groups?.length) return [];
  return [invalidValue(SPEC.child('user'), spec?.user ?? '', 'at least one of user or group must be specified')];
}

/** A question has no name; a local one has a namespace. What is empty counts as absent. */
export function checkMetadata(metadata: ObjectMeta | undefined, scope: 'cluster' | 'namespace'): Cause[] {
  const { managedFields: _kept, ...given } = metadata ?? {};
  if (scope === 'namespace') delete given.namespace;
  const isEmpty = Object.values(given).every((value) => !value || (typeof value === 'object' && Object.keys(value).length === 0));
  const detail = scope === 'namespace' ? 'must be empty except for namespace' : 'must be empty';
  return isEmpty ? [] : [invalidValue(fieldPath('metadata'), metadata, detail)];
}

/** A local review asks about its own namespace. */
export function checkNamespace(spec: SubjectAccessReviewSpec | undefined, namespace: string | undefined): Cause[] {
  if (spec?.nonResourceAttributes) {
    return [forbiddenField(SPEC.child('nonResourceAttributes'), 'disallowed on this kind of request')];
  }
  const asked = spec?.resourceAttributes?.namespace ?? '';
  if (!spec?.resourceAttributes || asked === namespace) return [];
  return [invalidValue(SPEC.child('resourceAttributes', 'namespace'), asked, 'must match metadata.namespace')];
}
