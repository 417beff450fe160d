import { fieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { SelfSubjectAccessReviewSpec, SubjectAccessReviewSpec } from '../../../generated/types.ts';

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
  if (resourceAttributes || nonResourceAttributes) return [];
  return [
    invalidValue(SPEC.child('resourceAttributes'), null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'),
  ];
}

/** Someone must be asked about. */
export function checkSubject(spec: SubjectAccessReviewSpec | undefined): Cause[] {
  if (spec?.user || spec?.groups?.length) return [];
  return [invalidValue(SPEC.child('user'), spec?.user ?? '', 'at least one of user or group must be specified')];
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
