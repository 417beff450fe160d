import { SubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { checkAttributes, checkSubject } from './attributes.ts';

export const subjectAccessReviewRow = defineKind(SubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
  strategy: { validate: ({ spec }) => [...checkAttributes(spec), ...checkSubject(spec)] },
});
