import { getPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceSubresourceScale } from '../../generated/types.ts';
import type { ScaleRow } from '../kind.ts';

const MAX_INT32 = 2 ** 31 - 1;

const pathOf = (jsonPath: string): string => jsonPath.replace(/^\./, '');

/** How a kind scales, by what its definition says. */
export function scaleRowOf({ specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceSubresourceScale): ScaleRow {
  return {
    specReplicasPath: pathOf(specReplicasPath),
    statusReplicasPath: pathOf(statusReplicasPath),
    ...(labelSelectorPath ? { labelSelectorPath: pathOf(labelSelectorPath) } : {}),
  };
}

/** What is wrong with the fields that a Scale shows. */
export function validateScaleFields(object: object, scale: CustomResourceSubresourceScale, only?: 'status'): Cause[] {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return [
    ...(only === 'status' ? [] : replicas(object, specReplicasPath)),
    ...replicas(object, statusReplicasPath),
    ...(labelSelectorPath ? selector(object, labelSelectorPath) : []),
  ];
}

function replicas(object: object, path: string): Cause[] {
  const value = getPath(object, pathOf(path).split('.')) ?? 0;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return [invalidValue(path, 0, `${path} accessor error: ${JSON.stringify(value)} is of the type ${goTypeOf(value)}, expected int64`)];
  }
  if (value < 0) return [invalidValue(path, value, 'should be a non-negative integer')];
  return value > MAX_INT32 ? [invalidValue(path, value, `should be less than or equal to ${MAX_INT32}`)] : [];
}

function selector(object: object, path: string): Cause[] {
  const value = getPath(object, pathOf(path).split('.')) ?? '';
  if (typeof value === 'string') return [];
  return [invalidValue(path, '', `${path} accessor error: ${JSON.stringify(value)} is of the type ${goTypeOf(value)}, expected string`)];
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'object') return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
