import { pathNotFound } from '@kubernats/errors';
import type { Call, Result } from '../call.ts';
import type { Core } from '../core.ts';
import { bodyOf, placed } from '../rest/body.ts';
import { createObject } from '../rest/create-object.ts';
import { review } from '../reviews/reviews.ts';

/** POST: a new object, or a question that is answered at once (reviews). */
export async function create(core: Core, call: Call): Promise<Result> {
  const { row } = call;
  const draft = placed(call, await bodyOf(call, row), false);
  if (row.ephemeral) {
    const answer = review(row);
    if (!answer) throw pathNotFound();
    return answer(core, call, await core.admission.review(core, call, { operation: 'CREATE', target: row, object: draft }));
  }
  return { type: 'stored', code: 201, stored: await createObject(core, call, draft) };
}
