import type { Answer } from './reviews.ts';
import { userInfoOf } from './user-info.ts';

/** `kubectl auth whoami`. */
export const selfSubjectReview: Answer = (_core, call, posted) => {
  const status = { userInfo: userInfoOf(call.user) };
  return { type: 'value', code: 201, object: { ...posted, ...{ status } }, row: call.row };
};
