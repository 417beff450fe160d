import { fieldPath, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Binding } from '../../../generated/types.ts';
import { Bindings } from '../../refs.ts';
import { defineKind } from '../define.ts';

/** A Pod can be bound to a node, and to nothing else. Also of the body of `pods/binding`. */
export function validateBinding({ target }: Binding): Cause[] {
  const path = fieldPath('target');
  const out: Cause[] = [];
  if (target?.kind && target.kind !== 'Node') out.push(notSupported(path.child('kind'), target.kind, ['Node', '<empty>']));
  if (!target?.name) out.push(required(path.child('name')));
  return out;
}

export const bindingRow = defineKind<Binding>(Bindings, { verbs: ['create'], ephemeral: true, strategy: { validate: validateBinding } });
