import { SelfSubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { checkAttributes } from './attributes.ts';

export const selfSubjectAccessReviewRow = defineKind(SelfSubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
  strategy: { validate: ({ spec }) => [...checkAttributes(spec)] },
});
