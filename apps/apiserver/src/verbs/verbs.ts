import type { Verb } from '@kubernats/client';
import type { Handler } from '../subresources/subresources.ts';
import { create } from './create.ts';
import { deleteOne } from './delete.ts';
import { deleteCollection } from './deletecollection.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { patch } from './patch.ts';
import { update } from './update.ts';
import { watch } from './watch.ts';

/** What can be done with a resource itself. `connect` is for subresources only. */
export const VERBS: Readonly<Partial<Record<Verb, Handler>>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: deleteOne,
  deletecollection: deleteCollection,
};
