import { LocalSubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { checkAttributes, checkSubject, checkNamespace } from './attributes.ts';

export const localSubjectAccessReviewRow = defineKind(LocalSubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
  strategy: { validate: ({ spec, metadata }) => [...checkAttributes(spec), ...checkSubject(spec), ...checkNamespace(spec, metadata?.namespace)] },
});
