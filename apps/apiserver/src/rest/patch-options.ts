import { Buffer } from 'node:buffer';
import { fieldPath, forbiddenField, invalidValue, required, tooLong } from '@kubernats/apimachinery';
import { type Cause, invalid } from '@kubernats/errors';
import type { Call } from '../call.ts';
import { flag } from './resource-version.ts';

const FIELD_MANAGER = fieldPath('fieldManager');
const MAX_MANAGER_BYTES = 128;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

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

function managerProblems(manager: string): Cause[] {
  const problems = Buffer.byteLength(manager) > MAX_MANAGER_BYTES ? [tooLong(FIELD_MANAGER, manager, MAX_MANAGER_BYTES)] : [];
  let position = 0;
  for (const char of manager) {
    if (!PRINTABLE.test(char)) {
      const code = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
      problems.push(invalidValue(FIELD_MANAGER, manager, `invalid character ${code} (at position ${position})`));
    }
    position += Buffer.byteLength(char);
  }
  return problems;
}

function refuse(causes: Cause[]): void {
  if (causes.length > 0) throw invalid('meta.k8s.io', 'PatchOptions', '', causes);
}
