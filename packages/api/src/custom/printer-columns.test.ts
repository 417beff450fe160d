import { expect, test } from 'vitest';
import type { CustomResourceColumnDefinition } from '../../generated/types.ts';
import { printerColumns } from './printer-columns.ts';

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const object = {
  metadata: { name: 'my-cron', creationTimestamp: '2026-11-24T11:00:00Z' },
  spec: { replicas: 3, load: 0.5, on: true, image: 'web', list: [1, 'a'], since: '2026-11-22T12:00:00Z', odd: 'yesterday' },
};

function cell(type: string, jsonPath: string): unknown {
  const [, column] = printerColumns([{ name: 'X', type, jsonPath }]);
  return column?.value(object, NOW_MS);
}

test.each<[string, string, unknown]>([
  ['integer', '.spec.replicas', 3],
  ['integer', '.spec.load', 0],
  ['integer', '.spec.image', null],
  ['number', '.spec.load', 0.5],
  ['boolean', '.spec.on', true],
  ['string', '.spec.image', 'web'],
  ['string', '.spec.replicas', '3'],
  ['string', '.spec.list', '[1,"a"]'],
  ['string', '.spec.list[*]', '1'],
  ['string', '.spec.nothing', null],
  ['string', '.spec[', null],
  ['date', '.spec.since', '2d'],
  ['date', '.spec.odd', '<invalid>'],
])('R1: a column of type %s of %s', (type, path, expected) => {
  expect(cell(type, path)).toBe(expected);
});

test('R1: the name comes first, and the age where there is nothing else', () => {
  expect(printerColumns([]).map(({ name, type, value }) => [name, type, value(object, NOW_MS)])).toEqual([
    ['Name', 'string', 'my-cron'],
    ['Age', 'date', '60m'],
  ]);
  const image: CustomResourceColumnDefinition = { name: 'Image', type: 'string', jsonPath: '.spec.image', priority: 1 };
  expect(printerColumns([image])[1]).toMatchObject({
    name: 'Image',
    priority: 1,
    description: 'Custom resource definition column (in JSONPath format): .spec.image',
  });
});
