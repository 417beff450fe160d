import { SelfSubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { checkAttributes, checkMetadata } from './attributes.ts';

export const selfSubjectAccessReviewRow = defineKind(SelfSubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
  strategy: { validate: ({ spec, metadata }) => [...checkAttributes(spec), ...checkMetadata(metadata, 'cluster')] },
});
