import { LocalSubjectAccessReviews } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { checkAttributes, checkMetadata, checkNamespace, checkSubject } from './attributes.ts';

export const localSubjectAccessReviewRow = defineKind(LocalSubjectAccessReviews, {
  verbs: ['create'],
  ephemeral: true,
  strategy: {
    validate: ({ spec, metadata }) => [
      ...checkAttributes(spec),
      ...checkSubject(spec),
      ...checkMetadata(metadata, 'namespace'),
      ...checkNamespace(spec, metadata?.namespace),
    ],
  },
});
