import { API_SERVER_IDENTITY } from '@kubernats/bus';
import type { UserInfo } from './call.ts';

/** This server itself: it makes what every cluster has from the start. */
export const API_SERVER_USER: UserInfo = { name: API_SERVER_IDENTITY, groups: ['system:masters', 'system:authenticated'] };

export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The user that a component of the bus is: its identity is its name. */
export function componentUser(identity: string): UserInfo {
  if (identity === API_SERVER_IDENTITY) return API_SERVER_USER;
  const groups = identity.startsWith('system:node:') ? ['system:nodes', 'system:authenticated'] : ['system:authenticated'];
  return { name: identity, groups };
}
