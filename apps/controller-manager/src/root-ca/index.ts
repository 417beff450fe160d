import { type ConfigMap, ConfigMaps, Namespaces } from '@kubernats/api';
import { type Controller, createController } from '@kubernats/controller';
import { isAlreadyExists } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { isLive } from '../namespace/is-live.ts';

const NAME = 'kube-root-ca.crt';
const KEY = 'ca.crt';

/** Publishes the certificate authority of the API server in every namespace, where Pods mount it from. */
export function rootCaController(context: ControllerContext): Controller {
  const { client, informers, config } = context;
  const namespaces = informers.of(Namespaces);
  // All of them, because the garbage collector follows them anyway.
  const configMaps = informers.of(ConfigMaps);
  const controller = createController({ ...context, name: 'root-ca-cert-publisher', reconcile });
  controller.watch(namespaces);
  controller.watch(configMaps, ({ metadata }) => (metadata?.name === NAME && metadata.namespace ? [metadata.namespace] : []));
  return controller;

  async function reconcile(namespace: string): Promise<void> {
    if (!isLive(namespaces.get(namespace))) return;
    const current = configMaps.get(NAME, namespace);
    if (current?.data?.[KEY] === config.rootCa) return;
    if (current) await client.kind(ConfigMaps).update({ ...current, data: { [KEY]: config.rootCa } });
    else await create(namespace);
  }

  async function create(namespace: string): Promise<void> {
    const annotations = {
      'kubernetes.io/description':
        'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
        'No other usage is guaranteed across distributions of Kubernetes clusters.',
    };
    const configMap: ConfigMap = { metadata: { name: NAME, namespace, annotations }, data: { [KEY]: config.rootCa } };
    try {
      await client.kind(ConfigMaps).create(configMap);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}
