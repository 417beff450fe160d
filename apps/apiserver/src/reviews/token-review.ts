import type { TokenReview, TokenReviewStatus } from '@kubernats/api';
import { badRequest } from '@kubernats/errors';
import { ISSUER } from '../tokens/claims.ts';
import type { Answer } from './reviews.ts';
import { userInfoOf } from './user-info.ts';

/** Whose token is this? Asked by servers that take ServiceAccount tokens themselves. */
export const tokenReview: Answer = (core, call, posted) => {
  const { spec } = posted as TokenReview;
  if (!spec?.token) throw badRequest('token is required for TokenReview in authentication');
  const verdict = core.tokens.review(spec.token, spec.audiences?.length ? spec.audiences : [ISSUER]);
  const status: TokenReviewStatus = verdict.user
    ? { authenticated: true, user: userInfoOf(verdict.user), audiences: verdict.audiences }
    : { user: {}, error: verdict.why };
  return { type: 'value', code: 201, object: { ...posted, ...{ status } }, row: call.row };
};
