import { type Lease, Leases } from '@kubernats/api';
import { type ApiTransport, createInformer } from '@kubernats/client';

const PERIOD_MS = 10_000;

/** Watches how nodes renew their Leases: by how much a renewal is later than the kubelet's period, by the renewals' own times. */
export class Lateness {
  readonly #last = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;
  worstMs = 0;
  renewals = 0;

  constructor(transport: ApiTransport) {
    const informer = createInformer({ transport, target: Leases, namespace: 'kube-node-lease' });
    informer.addHandler({ add: (lease) => this.#saw(lease), update: (lease) => this.#saw(lease) });
    this.#following = informer.run(this.#stop.signal);
  }

  /** How many nodes have renewed at least once. */
  get nodes(): number {
    return this.#last.size;
  }

  /** Forgets what was seen up to now. */
  reset(): void {
    this.worstMs = 0;
    this.renewals = 0;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  #saw({ metadata, spec }: Lease): void {
    const name = metadata?.name ?? '';
    const atMs = Date.parse(spec?.renewTime ?? '');
    const before = this.#last.get(name);
    this.#last.set(name, atMs);
    if (before === undefined || before === atMs) return;
    this.renewals += 1;
    this.worstMs = Math.max(this.worstMs, atMs - before - PERIOD_MS);
  }
}
