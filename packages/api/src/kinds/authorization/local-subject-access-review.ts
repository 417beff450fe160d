import { LocalSubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const localSubjectAccessReviewRow = defineKind(LocalSubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
});
