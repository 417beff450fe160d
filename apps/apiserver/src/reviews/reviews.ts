import type { KindRow } from '@kubernats/api';
import type { Held } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import type { Core } from '../core.ts';
import { bindPosted } from '../subresources/binding.ts';
import { localSubjectAccessReview, selfSubjectAccessReview, subjectAccessReview } from './access-review.ts';
import { selfSubjectRulesReview } from './rules-review.ts';
import { selfSubjectReview } from './self-subject-review.ts';
import { tokenReview } from './token-review.ts';

/** Answers an object that is posted and never kept. */
export type Answer = (core: Core, call: Call, posted: Held) => Result | Promise<Result>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/bindings': bindPosted,
  'authentication.k8s.io/selfsubjectreviews': selfSubjectReview,
  'authentication.k8s.io/tokenreviews': tokenReview,
  'authorization.k8s.io/subjectaccessreviews': subjectAccessReview,
  'authorization.k8s.io/localsubjectaccessreviews': localSubjectAccessReview,
  'authorization.k8s.io/selfsubjectaccessreviews': selfSubjectAccessReview,
  'authorization.k8s.io/selfsubjectrulesreviews': selfSubjectRulesReview,
};

export const review = (row: KindRow): Answer | undefined => ANSWERS[`${row.group}/${row.plural}`];
