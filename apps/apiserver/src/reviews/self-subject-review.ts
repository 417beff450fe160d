import type { Answer } from './reviews.ts';

/** `kubectl auth whoami`. */
export const selfSubjectReview: Answer = (_core, call, posted) => {
  const { name, uid, groups } = call.user;
  const status = { userInfo: { username: name, ...(uid ? { uid } : {}), groups: [...groups] } };
  return { type: 'value', code: 201, object: { ...posted, ...{ status } }, row: call.row };
};
