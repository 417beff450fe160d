import { Bindings } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const bindingRow = defineKind(Bindings, {
  verbs: ['create'],
  ephemeral: true,
});
