import { expect, test } from 'vitest';
import { KindTable } from './kind-table.ts';
import { podRow } from './kinds/core/pod.ts';
import { KINDS } from './kinds/index.ts';

const widget = { ...podRow, group: 'example.com', kind: 'Widget', plural: 'widgets' };

test('custom kinds come and go, and who follows hears of it', () => {
  const table = new KindTable(KINDS);
  let changes = 0;
  const end = table.observe(() => changes++);
  const before = table.all;
  table.replaceCustom([widget]);
  expect(table.byResource('example.com', 'v1', 'widgets')).toBe(widget);
  expect(table.byKind('example.com', 'v1', 'Widget')).toBe(widget);
  expect(table.all).not.toBe(before);
  end();
  table.replaceCustom([]);
  expect(table.byResource('example.com', 'v1', 'widgets')).toBeUndefined();
  expect(changes).toBe(1);
});

test('a custom kind never stands in for a built-in one', () => {
  const table = new KindTable(KINDS);
  table.replaceCustom([{ ...widget, group: '', kind: 'Pod', plural: 'pods' }]);
  expect(table.byResource('', 'v1', 'pods')).toBe(podRow);
});
