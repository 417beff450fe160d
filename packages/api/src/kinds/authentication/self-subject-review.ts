import { SelfSubjectReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const selfSubjectReviewRow = defineKind(SelfSubjectReviews, {
  verbs: ['create'],
  ephemeral: true,
});
