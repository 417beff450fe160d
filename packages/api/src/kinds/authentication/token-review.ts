import { TokenReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const tokenReviewRow = defineKind(TokenReviews, {
  verbs: ['create'],
  ephemeral: true,
});
