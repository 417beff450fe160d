import { APIServices, type Namespace, Namespaces } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { type Controller, createController, type ReconcileContext, type ReconcileResult } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { emptyingConditions } from './conditions.ts';
import { discoveryFailures } from './discovery-failures.ts';
import { empty } from './empty.ts';

const FINALIZER = 'kubernetes';
/** How long every API server may take to see that a namespace is going: after that nothing new can be in it that was not seen. */
const SETTLE_MS = 100;
/** How soon to look again while something remains, if no deletion was heard of before. */
const LOOK_AGAIN_MS = 5_000;

/** Empties namespaces that are being deleted, and lets go of them when nothing is left. Source: the Namespaces concept. */
export function namespaceController(context: ControllerContext): Controller {
  const { client, informers, clock, kinds } = context;
  const namespaces = informers.of(Namespaces);
  const apiServices = informers.of(APIServices);
  const controller = createController({ ...context, name: 'namespace', concurrency: 10, reconcile });
  const enqueue = (namespace: Namespace): void => {
    if (isHeld(namespace)) controller.enqueueAfter(namespace.metadata?.name ?? '', SETTLE_MS);
  };
  controller.watch(namespaces, () => []);
  namespaces.addHandler({
    add: enqueue,
    update(namespace, old) {
      if (isHeld(namespace) && !isHeld(old)) enqueue(namespace);
    },
  });
  // Where nobody knew what is in them: now it can be seen, or there is nothing to see.
  controller.watch(apiServices, ({ spec }) => (spec?.service ? namesOf(namespaces.list().filter(isHeld)) : []));
  // What goes may have been the last that there was. Several in a row are one reason to look.
  kinds.follow({
    begin({ namespaced }, informer) {
      if (!namespaced) return;
      informer.addHandler({
        delete({ metadata }) {
          const namespace = namespaces.get(metadata?.namespace ?? '');
          if (namespace) enqueue(namespace);
        },
      });
    },
  });
  return controller;

  async function reconcile(name: string, { signal }: ReconcileContext): Promise<ReconcileResult | undefined> {
    const namespace = namespaces.get(name);
    if (!namespace || !isHeld(namespace)) return undefined;
    const inNamespaces = kinds.all.filter(({ namespaced }) => namespaced);
    const undiscovered = discoveryFailures(apiServices.list());
    const remaining = { ...(await empty(client, inNamespaces, name, signal)), undiscovered };
    const isEmpty = remaining.byResource.size === 0 && remaining.errors.length === 0 && undiscovered.length === 0;
    try {
      if (isEmpty) await letGo(namespace);
      else await tell(namespace, emptyingConditions(namespace.status?.conditions, remaining, clock.now()));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return isEmpty ? undefined : { requeueAfterMs: LOOK_AGAIN_MS };
  }

  async function letGo(namespace: Namespace): Promise<void> {
    const finalizers = namespace.spec?.finalizers?.filter((finalizer) => finalizer !== FINALIZER);
    await client.kind(Namespaces).updateSubresource({ ...namespace, spec: { ...namespace.spec, finalizers } }, 'finalize');
  }

  async function tell(namespace: Namespace, conditions: NonNullable<Namespace['status']>['conditions']): Promise<void> {
    if (deepEqual(conditions, namespace.status?.conditions)) return;
    await client.kind(Namespaces).updateStatus({ ...namespace, status: { ...namespace.status, phase: 'Terminating', conditions } });
  }
}

const namesOf = (namespaces: readonly Namespace[]): string[] => namespaces.map(({ metadata }) => metadata?.name ?? '');

/** Whether it is going and waits to be emptied. */
function isHeld({ metadata, spec }: Namespace): boolean {
  return metadata?.deletionTimestamp !== undefined && spec?.finalizers?.includes(FINALIZER) === true;
}
