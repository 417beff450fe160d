import { Buffer } from 'node:buffer';
import type { Secret } from '@kubernats/api';
import { BOOTSTRAP_TOKEN } from '@kubernats/bus';
import { secretNameOf } from '@kubernats/client';
import type { UserInfo } from '../call.ts';
import { judgeToken } from '../join/judge-token.ts';

const GROUP = 'system:bootstrappers';
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

/**
 * Whose a bootstrap token is; undefined: it is none, or no good, or its Secret names groups that are not for it. `find` gives the Secret of that name in
 * kube-system, `nowMs` is wall time. Source: the page "Authenticating with Bootstrap Tokens".
 */
export function bootstrapUser(token: string, find: (name: string) => Secret | undefined, nowMs: number): UserInfo | undefined {
  const [, id, secret] = BOOTSTRAP_TOKEN.exec(token) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  const verdict = judgeToken(find(secretNameOf(id)), { id, secret }, nowMs);
  const extraGroups = verdict.good ? extraGroupsOf(verdict.secret) : undefined;
  return extraGroups && { name: `system:bootstrap:${id}`, groups: [GROUP, ...extraGroups, 'system:authenticated'] };
}

function extraGroupsOf({ data }: Secret): string[] | undefined {
  const text = Buffer.from(data?.['auth-extra-groups'] ?? '', 'base64').toString('utf8');
  const groups = [...new Set(text === '' ? [] : text.split(','))].filter((group) => group !== GROUP);
  return groups.every((group) => EXTRA_GROUP.test(group)) ? groups.sort() : undefined;
}
