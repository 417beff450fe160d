import { SubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const subjectAccessReviewRow = defineKind(SubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
});
