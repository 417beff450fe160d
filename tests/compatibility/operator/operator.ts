// An operator as people write them: of a Stall it makes a Deployment, tells in the Stall's status how many sellers are ready, and when the Stall goes
// it leaves a note. It runs as a process of its own: `operator.ts NAMESPACE`, with KUBECONFIG.
import { createRequire } from 'node:module';
import type * as framework from '@dot-i/k8s-operator';
import { AppsV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions, type V1Deployment } from '@kubernetes/client-node';

const { default: Operator, ResourceEventType } = createRequire(import.meta.url)('@dot-i/k8s-operator') as typeof framework;

interface Stall {
  metadata: { name: string; uid: string; namespace: string };
  spec: { sellers: number; goods?: string };
}

const FINALIZER = 'market.example.com/closing';

class Market extends Operator {
  readonly #namespace: string;
  readonly #apps: AppsV1Api;
  readonly #core: CoreV1Api;
  readonly #stalls = new Map<string, framework.ResourceMeta>();

  constructor(namespace: string) {
    super({ debug: () => {}, info: console.log, warn: console.warn, error: console.error });
    const config = new KubeConfig();
    config.loadFromDefault();
    this.#namespace = namespace;
    this.#apps = config.makeApiClient(AppsV1Api);
    this.#core = config.makeApiClient(CoreV1Api);
  }

  protected override async init(): Promise<void> {
    await this.registerCustomResourceDefinition(new URL('crd.yaml', import.meta.url).pathname);
    await this.watchResource('market.example.com', 'v1', 'stalls', (event) => this.#onStall(event), this.#namespace);
    await this.watchResource('apps', 'v1', 'deployments', (event) => this.#onDeployment(event), this.#namespace);
  }

  async #onStall(event: framework.ResourceEvent): Promise<void> {
    if (event.type === ResourceEventType.Deleted) return void this.#stalls.delete(event.meta.name);
    this.#stalls.set(event.meta.name, event.meta);
    if (await this.handleResourceFinalizer(event, FINALIZER, ({ meta }) => this.#close(meta.name))) return;
    await this.#deploy(event.object as unknown as Stall);
  }

  /** Server-side apply: as often as one likes. */
  async #deploy({ metadata: { name, uid }, spec }: Stall): Promise<void> {
    const labels = { stall: name };
    const owner = { apiVersion: 'market.example.com/v1', kind: 'Stall', name, uid, controller: true };
    const body: V1Deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels, ownerReferences: [owner] },
      spec: {
        replicas: spec.sellers,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'seller', image: `example/${spec.goods ?? 'anything'}` }] } },
      },
    };
    const apply = setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply);
    const fieldManager = 'market';
    await this.#apps.patchNamespacedDeployment({ name, namespace: this.#namespace, body, fieldManager, force: true }, apply);
  }

  async #onDeployment({ object, type }: framework.ResourceEvent): Promise<void> {
    const { metadata, status } = object as V1Deployment;
    const stall = this.#stalls.get(metadata?.labels?.stall ?? '');
    if (stall === undefined || type === ResourceEventType.Deleted) return;
    // Of no version: the Stall may have changed since.
    await this.patchResourceStatus({ ...stall, resourceVersion: undefined as unknown as string }, { ready: status?.readyReplicas ?? 0 });
  }

  async #close(name: string): Promise<void> {
    await this.#core.createNamespacedConfigMap({ namespace: this.#namespace, body: { metadata: { name: `closed-${name}` } } });
  }
}

const market = new Market(process.argv[2] ?? 'default');
process.on('SIGTERM', () => process.exit(0));
await market.start();
