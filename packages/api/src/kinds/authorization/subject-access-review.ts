import { SubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { checkAttributes, checkMetadata, checkSubject } from './attributes.ts';

export const subjectAccessReviewRow = defineKind(SubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
  strategy: { validate: ({ spec, metadata }) => [...checkAttributes(spec), ...checkSubject(spec), ...checkMetadata(metadata, 'cluster')] },
});
