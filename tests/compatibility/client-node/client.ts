import { PassThrough } from 'node:stream';
import * as k8s from '@kubernetes/client-node';
import { until } from '../../support/until.ts';

/** The official client for JavaScript, in a namespace of its own. */
export class NodeClient {
  readonly config = new k8s.KubeConfig();
  readonly namespace: string;
  readonly core: k8s.CoreV1Api;
  readonly apps: k8s.AppsV1Api;

  constructor(kubeconfig: string, namespace: string) {
    this.config.loadFromFile(kubeconfig);
    this.namespace = namespace;
    this.core = this.config.makeApiClient(k8s.CoreV1Api);
    this.apps = this.config.makeApiClient(k8s.AppsV1Api);
  }

  async settle(): Promise<this> {
    const { namespace } = this;
    await this.core.createNamespace({ body: { metadata: { name: namespace } } });
    // A Pod may be made when its service account is there.
    await until(async () => (await this.core.listNamespacedServiceAccount({ namespace })).items.length > 0);
    return this;
  }

  configMap(name: string, data: Record<string, string> = { a: 'b' }, labels: Record<string, string> = {}): Promise<k8s.V1ConfigMap> {
    return this.core.createNamespacedConfigMap({ namespace: this.namespace, body: { metadata: { name, labels }, data } });
  }

  /** A Pod that is Running. */
  async pod(name: string, container: Partial<k8s.V1Container>, more: Partial<k8s.V1PodSpec> = {}): Promise<k8s.V1Pod> {
    const { namespace } = this;
    const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox', ...container }], ...more };
    await this.core.createNamespacedPod({ namespace, body: { metadata: { name }, spec } });
    return until(
      () => this.core.readNamespacedPod({ name, namespace }),
      ({ status }) => status?.phase === 'Running',
    );
  }
}

/** A stream that keeps what is written to it. */
export class Sink extends PassThrough {
  text = '';

  constructor() {
    super();
    this.on('data', (chunk) => {
      this.text += String(chunk);
    });
  }
}
