import { Namespaces, ServiceAccounts } from '@kubernats/api';
import { type Controller, createController } from '@kubernats/controller';
import { isAlreadyExists } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { isLive } from '../namespace/is-live.ts';

const NAME = 'default';

/** Sees to it that every namespace has the ServiceAccount `default`, which Pods run as that name no other. */
export function serviceAccountController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const namespaces = informers.of(Namespaces);
  const accounts = informers.of(ServiceAccounts);
  const controller = createController({ ...context, name: 'serviceaccount', reconcile });
  controller.watch(namespaces);
  controller.watch(accounts, ({ metadata }) => (metadata?.name === NAME && metadata.namespace ? [metadata.namespace] : []));
  return controller;

  async function reconcile(namespace: string): Promise<void> {
    if (!isLive(namespaces.get(namespace)) || accounts.get(NAME, namespace)) return;
    try {
      await client.kind(ServiceAccounts).create({ metadata: { name: NAME, namespace } });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}
