import { readFileSync } from 'node:fs';
import {
  type KubeObject,
  type Node,
  Nodes,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  PersistentVolumes,
  type Pod,
  Pods,
  type VolumeAttachment,
  VolumeAttachments,
} from '@kubernats/api';
import { type Client, createClient, createInformerSet, type HttpsTransport, httpsTransport, type Informer } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import type { RealCluster } from '@kubernats/testing/real-cluster';
import { parse } from 'yaml';

function transportTo({ kubeconfig }: RealCluster): HttpsTransport {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'));
  const [{ cluster }, { user }] = [clusters[0], users[0]];
  const pem = (base64: string): string => Buffer.from(base64, 'base64').toString();
  return httpsTransport({
    url: cluster.server,
    ca: pem(cluster['certificate-authority-data']),
    cert: pem(user['client-certificate-data']),
    key: pem(user['client-key-data']),
    clock: realClock,
    random: realRandom,
  });
}

/** All that the API says of volumes, as a program outside of the cluster follows it. */
export class WatchedVolumes implements Disposable {
  readonly client: Client;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly attachments: Informer<VolumeAttachment>;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly synced: Promise<void>;
  readonly #transport: HttpsTransport;
  readonly #stop = new AbortController();
  readonly #looks = new Set<() => void>();

  constructor(cluster: RealCluster) {
    this.#transport = transportTo(cluster);
    this.client = createClient(this.#transport);
    const informers = createInformerSet(this.#transport);
    this.claims = this.#looking(informers.of(PersistentVolumeClaims));
    this.volumes = this.#looking(informers.of(PersistentVolumes));
    this.attachments = this.#looking(informers.of(VolumeAttachments));
    this.pods = this.#looking(informers.of(Pods));
    this.nodes = this.#looking(informers.of(Nodes));
    void informers.run(this.#stop.signal);
    this.synced = informers.synced();
  }

  /** Resolves at the event after which it is so, or at once. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#transport[Symbol.dispose]();
  }

  #looking<T extends KubeObject>(informer: Informer<T>): Informer<T> {
    const look = (): void => {
      for (const each of [...this.#looks]) each();
    };
    informer.addHandler({ add: look, update: look, delete: look });
    return informer;
  }
}
