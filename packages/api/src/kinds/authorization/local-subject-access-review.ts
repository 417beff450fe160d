import { LocalSubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { checkAttributes, checkNamespace, checkSubject } from './attributes.ts';

export const localSubjectAccessReviewRow = defineKind(LocalSubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
  strategy: {
    validate: ({ spec, metadata }) => [...checkAttributes(spec), ...checkSubject(spec), ...checkNamespace(spec, metadata?.namespace)],
  },
});
