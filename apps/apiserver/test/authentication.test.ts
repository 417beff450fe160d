import type { SelfSubjectReview, TokenReview } from '@kubernats/api';
import { expect, test } from 'vitest';
import { readStaticTokens } from '../src/tokens/static-tokens.ts';
import { clusterOfFile } from './support/cluster-of-file.ts';

const tokens = 'let-me-in,ann,u-1,"devs,ops"\nabcdef.0123456789abcdef,bob,\n';
const { door } = await clusterOfFile({ config: { staticTokens: (await readStaticTokens(tokens, 'tokens.csv')).users } });
const { admin, anonymous } = door;
const WHOAMI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

const by = (token: string) => anonymous.post(WHOAMI, {}, { 'content-type': 'application/json', authorization: `Bearer ${token}` });

test('R1: a static token says who somebody is, and no other does', async () => {
  const ann = { username: 'ann', uid: 'u-1', groups: ['devs', 'ops', 'system:authenticated'] };
  expect((await by('let-me-in')).json<SelfSubjectReview>().status?.userInfo).toEqual(ann);
  expect((await by('abcdef.0123456789abcdef')).json<SelfSubjectReview>().status?.userInfo).toMatchObject({ username: 'bob' });
  for (const token of ['let-me-i', 'LET-ME-IN', '__proto__', '"devs', 'ann']) expect((await by(token)).code, token).toBe(401);
  const review = async (spec: object) =>
    (await admin.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec })).json<TokenReview>().status;
  expect(await review({ token: 'let-me-in' })).toMatchObject({ authenticated: true, user: ann });
  expect(await review({ token: 'let-me-in', audiences: ['vault'] })).toEqual({ user: {}, error: 'invalid bearer token' });
});
