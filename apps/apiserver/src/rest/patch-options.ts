import { fieldPath, forbiddenField, required } from '@kubernats/apimachinery';
import { type Cause, invalid } from '@kubernats/errors';
import type { Call } from '../call.ts';
import { FIELD_MANAGER, managerProblems } from './field-manager.ts';
import { flag } from './resource-version.ts';

/** What a server-side apply is asked with. Throws Invalid without a `fieldManager`. */
export function applyOptionsOf(call: Call): { manager: string; force: boolean } {
  const { fieldManager = '', force } = call.query;
  const missing = fieldManager === '' ? [required(FIELD_MANAGER, 'is required for apply patch')] : [];
  refuse([...missing, ...managerProblems(fieldManager)]);
  return { manager: fieldManager, force: flag(force) };
}

/** Throws Invalid for options that only an apply has. */
export function checkPatchOptions({ query }: Call): void {
  const force = query.force === undefined ? [] : [forbiddenField(fieldPath('force'), 'may not be specified for non-apply patch')];
  refuse([...force, ...managerProblems(query.fieldManager ?? '')]);
}

function refuse(causes: Cause[]): void {
  if (causes.length > 0) throw invalid('meta.k8s.io', 'PatchOptions', '', causes);
}
