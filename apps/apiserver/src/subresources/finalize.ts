import type { Namespace } from '@kubernats/api';
import { conflict } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { bodyOf, isDryRun, placed } from '../rest/body.ts';
import { isBeingRemoved } from '../rest/finalizers.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { setManagers, trackFields } from '../rest/track-fields.ts';

/** PUT namespaces/NAME/finalize: the only way to take finalizers off a Namespace's spec. The last one takes the Namespace with it. */
export async function finalize(core: Core, call: Call): Promise<Result> {
  const { row } = call;
  const { name = '' } = call.request;
  const body = placed(call, await bodyOf(call, row), true);
  const wanted: Namespace = body;
  const place = placeOf(core, row);
  const { stored } = await modifyObject(
    core,
    place,
    { namespace: '', name, dryRun: isDryRun(call.query.dryRun, call.request.verb) },
    async (current) => {
      const { uid, resourceVersion } = body.metadata;
      const old = current.object;
      if (uid && uid !== old.metadata.uid)
        throw conflict(named(row), name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid ?? ''}`);
      if (resourceVersion && resourceVersion !== String(current.revision)) {
        throw conflict(named(row), name, 'the object has been modified; please apply your changes to the latest version and try again');
      }
      const namespace: Namespace = { ...old, spec: { ...(old as Namespace).spec, finalizers: wanted.spec?.finalizers ?? [] } };
      const next: Held = { ...namespace, metadata: { ...old.metadata } };
      setManagers(next, trackFields(core, call, old, next, 'finalize'));
      await core.admission.validate(core, call, next, old);
      if (isBeingRemoved(row, next)) return { do: 'remove' };
      return { do: 'write', object: next };
    },
  );
  return { type: 'stored', code: 200, stored };
}
