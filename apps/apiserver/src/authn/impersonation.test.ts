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
  ];
  expect(impersonationOf(raw)).toEqual({ user: 'eve', groups: ['a, b', 'c'], uid: '7', extraKeys: ['acme.com/project'] });
  expect(impersonationOf(['Impersonate-Group', 'c'])).toEqual({ user: undefined, groups: ['c'], uid: undefined, extraKeys: [] });
  expect(impersonationOf(['Impersonate-Extra-%zz', 'p'])?.extraKeys).toEqual(['%zz']);
});
