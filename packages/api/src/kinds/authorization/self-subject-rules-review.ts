import { SelfSubjectRulesReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const selfSubjectRulesReviewRow = defineKind(SelfSubjectRulesReviews, {
  verbs: ['create'],
  ephemeral: true,
});
