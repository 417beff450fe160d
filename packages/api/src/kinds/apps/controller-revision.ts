import { controllerOf, deepEqual, fieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ControllerRevision } from '../../../generated/types.ts';
import { ControllerRevisions } from '../../refs.ts';
import { AGE, integer, NAME, text } from '../../table/common-columns.ts';
import { IMMUTABLE, notNegative } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';

/** `statefulset.apps/web`. */
function controllerText(revision: ControllerRevision): string {
  const owner = controllerOf(revision);
  if (!owner) return '<none>';
  const [group] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : [];
  return `${owner.kind.toLowerCase()}${group ? `.${group}` : ''}/${owner.name}`;
}

export const controllerRevisionRow = defineKind<ControllerRevision>(ControllerRevisions, {
  columns: [
    NAME,
    text('Controller', 'Whose state it is.', controllerText),
    integer('Revision', 'The number of the state.', ({ revision }) => revision ?? 0),
    AGE,
  ],
  strategy: {
    validate({ data, revision }) {
      const out: Cause[] = [];
      if (data === undefined || data === null) out.push(required(fieldPath('data'), 'data is mandatory'));
      notNegative(revision, fieldPath('revision'), out);
      return out;
    },
    validateUpdate: ({ data }, old) => (deepEqual(data, old.data) ? [] : [invalidValue(fieldPath('data'), data ?? null, IMMUTABLE)]),
    countsGeneration: false,
  },
});
