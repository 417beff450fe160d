import { CertificateSigningRequests } from '@kubernats/api';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isConflict, isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { goneAtMs } from './decide.ts';

/** Deletes requests that were done with, or that nobody decided on. Source: kube-controller-manager's csrcleaner. */
export function csrCleanerController(context: ControllerContext): Controller {
  const { client, clock } = context;
  const requests = context.informers.of(CertificateSigningRequests);
  const controller = createController({ ...context, name: 'csrcleaner', reconcile });
  controller.watch(requests);
  return controller;

  async function reconcile(name: string): Promise<ReconcileResult | undefined> {
    const request = requests.get(name);
    if (!request) return undefined;
    const leftMs = goneAtMs(request) - clock.now();
    if (leftMs > 0) return { requeueAfterMs: leftMs };
    const { uid, resourceVersion } = request.metadata ?? {};
    try {
      await client.kind(CertificateSigningRequests).delete(name, undefined, { preconditions: { uid, resourceVersion } });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    return undefined;
  }
}
