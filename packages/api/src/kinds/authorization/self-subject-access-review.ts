import { SelfSubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const selfSubjectAccessReviewRow = defineKind(SelfSubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
});
