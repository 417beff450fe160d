import { CLEANUP_FINALIZER, type CustomResourceDefinition, hasCondition, type Terminating, withTerminating } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';
import type { Held, Stored } from '../cache/stored.ts';
import { type Core, placeOfResource } from '../core.ts';
import { isBeingRemoved } from '../rest/finalizers.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { deleteInstances } from './delete-instances.ts';

const GROUP = 'apiextensions.k8s.io';
const PLURAL = 'customresourcedefinitions';
/** How long every API server may take to see that a definition is going: after that nobody makes an object of it any more. */
const SETTLE_MS = 100;
const RETRY_MS = 1_000;

/**
 * Deletes the objects of definitions that are being deleted, and lets go of these when none is left. Several API servers may do so at once. Call the
 * result to end. Source: the page "Extend the Kubernetes API with CustomResourceDefinitions", deleting a definition.
 */
export function emptyDefinitions(core: Core): () => void {
  const going = new Map<string, () => void>();
  const end = core.streams.state.resource(GROUP, PLURAL).observe((now, before) => {
    const name = (now ?? before)?.name ?? '';
    if (now && isHeld(now)) {
      if (!going.has(name)) going.set(name, emptying(core, now));
    } else {
      going.get(name)?.();
      going.delete(name);
    }
  });
  return () => {
    end();
    for (const stop of going.values()) stop();
  };
}

const isHeld = ({ object }: Stored): boolean =>
  object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.includes(CLEANUP_FINALIZER) === true;

/** Empties one definition: now, again when the last of its objects goes, and after a failure. Call the result to stop. */
function emptying(core: Core, stored: Stored): () => void {
  const { clock, log } = core;
  const { name } = stored;
  const { group, names } = (stored.object as CustomResourceDefinition).spec;
  const objects = core.streams.state.resource(group, names.plural);
  let isStopped = false;
  let isSettled = false;
  let timer = clock.setTimer(0, look);
  const unobserve = objects.observe((now) => {
    if (!now && isSettled && objects.size === 0) wake(0);
  });
  return () => {
    isStopped = true;
    timer.cancel();
    unobserve();
  };

  function wake(afterMs: number): void {
    if (isStopped) return;
    timer.cancel();
    timer = clock.setTimer(afterMs, look);
  }

  function look(): void {
    step().catch((error: unknown) => {
      if (isNotFound(error)) return;
      log.warn({ error, name }, 'the objects of a CustomResourceDefinition could not be deleted');
      wake(RETRY_MS);
    });
  }

  async function step(): Promise<void> {
    if (!isSettled) {
      await change(core, name, IN_PROGRESS);
      isSettled = true;
      return wake(SETTLE_MS);
    }
    const definition = core.streams.state.resource(GROUP, PLURAL).get('', name)?.object as CustomResourceDefinition | undefined;
    if (!definition) return;
    const wasServed = hasCondition(definition, 'Established');
    if (wasServed) await deleteInstances(core, definition);
    if (!wasServed || objects.size === 0) await change(core, name, wasServed ? COMPLETED : NEVER_ESTABLISHED, CLEANUP_FINALIZER);
  }
}

const IN_PROGRESS: Terminating = {
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};
const COMPLETED: Terminating = { status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' };
const NEVER_ESTABLISHED: Terminating = { status: 'False', reason: 'NeverEstablished', message: 'resource was never established' };

/** Says how far it is, and takes away the finalizer, if one is given. */
async function change(core: Core, name: string, condition: Terminating, finalizer?: string): Promise<void> {
  const place = placeOfResource(core, GROUP, 'v1', PLURAL);
  await modifyObject(core, place, { namespace: '', name, dryRun: false }, ({ object }) => {
    const { resourceVersion: _, ...metadata } = object.metadata;
    const finalizers = metadata.finalizers?.filter((each) => each !== finalizer);
    const definition = object as Held & CustomResourceDefinition;
    const next = withTerminating({ ...definition, metadata: { ...metadata, finalizers } }, condition, rfc3339(core.clock.now()));
    if (isBeingRemoved(place.row, next)) return { do: 'remove' };
    return { do: 'write', object: next };
  });
}
