import { type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceSubresources } from '../../../../generated/types.ts';
import { checkSimplePath } from './simple-path.ts';

/** What is wrong with the paths behind `scale`. */
export function checkSubresources({ scale }: CustomResourceSubresources, at: FieldPath, out: Cause[]): void {
  if (!scale) return;
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale;
  checkPath(specReplicasPath, ['.spec.'], 'should be a json path under .spec', at.child('scale.specReplicasPath'), out);
  checkPath(statusReplicasPath, ['.status.'], 'should be a json path under .status', at.child('scale.statusReplicasPath'), out);
  if (labelSelectorPath === '') return;
  const under = 'should be a json path under either .spec or .status';
  checkPath(labelSelectorPath, ['.spec.', '.status.'], under, at.child('scale.labelSelectorPath'), out);
}

function checkPath(path: string, prefixes: readonly string[], otherwise: string, at: FieldPath, out: Cause[]): void {
  if (path === '') out.push(required(at));
  else if (!path.startsWith('.')) checkSimplePath(path, at, out);
  else if (!prefixes.some((prefix) => path.startsWith(prefix))) out.push(invalidValue(at, path, otherwise));
}
