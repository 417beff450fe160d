import { fieldPath } from '@kubernats/apimachinery';
import { expect, test } from 'vitest';
import { notHonoured } from './not-honoured.ts';

const table = ['a', 'b.c', 'list[*].x', 'policy=Odd', 'path!=/usual'];

test.each([
  [{}, []],
  [{ a: {}, b: { c: [] }, list: [{ x: false }], policy: 'Usual', path: '/usual' }, []],
  [{ a: 1 }, ['a']],
  [{ b: { c: 'x' }, list: [{ x: '' }, { x: true }] }, ['b.c', 'list[1].x']],
  [{ policy: 'Odd', path: '/elsewhere' }, ['policy', 'path']],
])('R1: %o warns of %j', (value, fields) => {
  expect(notHonoured(value, table, fieldPath('spec'))).toEqual(
    fields.map((field) => `spec.${field}: not honoured by this version of kubernats yet`),
  );
});
