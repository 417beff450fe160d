import type { UserInfo as UserInfoObject } from '@kubernats/api';
import type { UserInfo } from '../call.ts';

/** A user as the API shows one. */
export function userInfoOf({ name, uid, groups, extra }: UserInfo): UserInfoObject {
  return {
    username: name,
    ...(uid ? { uid } : {}),
    groups: [...groups],
    ...(extra ? { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) } : {}),
  };
}
