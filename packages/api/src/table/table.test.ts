import { expect, test } from 'vitest';
import { NOW_MS, rowOf } from '../../test/harness.ts';
import type { ConfigMap } from '../index.ts';
import { tableOf } from './table.ts';

const configMap: ConfigMap = { metadata: { name: 'a', creationTimestamp: '2026-11-24T11:59:00Z' }, data: { a: 'b' } };
const row = rowOf('configmaps');

test('a table has headers, cells, and the metadata of its objects', () => {
  expect(tableOf(row, [configMap], { nowMs: NOW_MS, metadata: { resourceVersion: '7' } })).toEqual({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '7' },
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: expect.any(String), priority: 0 },
      { name: 'Data', type: 'integer', format: '', description: expect.any(String), priority: 0 },
      { name: 'Age', type: 'string', format: '', description: expect.any(String), priority: 0 },
    ],
    rows: [
      { cells: ['a', 1, '60s'], object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: configMap.metadata } },
    ],
  });
});

test('includeObject', () => {
  expect(tableOf(row, [configMap], { nowMs: NOW_MS, includeObject: 'None', headers: false })).toEqual({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    rows: [{ cells: ['a', 1, '60s'] }],
  });
  expect(tableOf(row, [configMap], { nowMs: NOW_MS, includeObject: 'Object' }).rows[0]?.object).toBe(configMap);
});
