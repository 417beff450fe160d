import { expect, test } from 'vitest';
import { impersonationOf } from './impersonation.ts';

test('the headers say whom a request is to be served as', () => {
  expect(impersonationOf(['Host', 'x', 'If-None-Match', 'y', 'Accept', 'z'])).toBeUndefined();
  const raw = [
    'Impersonate-User',
    'eve',
    'impersonate-group',
    'a, b',
    'Impersonate-Group',
    'c',
    'Impersonate-Uid',
    '7',
    'Impersonate-Extra-acme.com%2Fproject',
    'p',
    'impersonate-extra-Acme.com%2fproject',
    'q',
  ];
  expect(impersonationOf(raw)).toEqual({
    user: 'eve',
    groups: ['a, b', 'c'],
    uid: '7',
    extra: new Map([['acme.com/project', ['p', 'q']]]),
  });
  expect(impersonationOf(['Impersonate-Group', 'c'])).toEqual({ user: undefined, groups: ['c'], uid: undefined, extra: new Map() });
  expect(impersonationOf(['Impersonate-Extra-%zz', 'p'])?.extra).toEqual(new Map([['%zz', ['p']]]));
});
