import { createHash } from 'node:crypto';
import { type Lease, Leases } from '@kubernats/api';
import { rfc3339Micro } from '@kubernats/clock';
import type { Stored } from '../cache/stored.ts';
import { type Core, type Place, placeOfResource } from '../core.ts';
import { removeUnlessChanged } from '../rest/write.ts';
import { ensure } from './ensure.ts';

/** Where an API server is reached. */
export interface Endpoint {
  address: string;
  port: number;
}

const NAMESPACE = 'kube-system';
/** As in Kubernetes, which tells its API servers apart by it (KEP-1965). */
const LABELS = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' };
const ENDPOINT = 'kubernats.dev/endpoint';
/** As Kubernetes' lease reconciler: how long an API server counts that says nothing. */
const LIVES_MS = 15_000;

/** Which API servers live: each keeps a Lease, and looks at those of the others. */
export class Presence {
  readonly #core: Core;
  readonly #place: Place;
  readonly #own: Endpoint;
  readonly #name: string;
  /** When the others' Leases changed last, on this server's clock. */
  readonly #changed = new Map<string, { revision: number; atMs: number }>();

  constructor(core: Core, own: Endpoint) {
    this.#core = core;
    this.#place = placeOfResource(core, 'coordination.k8s.io', 'v1', 'leases');
    this.#own = own;
    this.#name = `apiserver-${createHash('sha256').update(textOf(own)).digest('hex').slice(0, 26)}`;
  }

  async renew(): Promise<void> {
    const time = rfc3339Micro(this.#core.clock.now());
    const lease: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: Leases.kind,
      metadata: { name: this.#name, namespace: NAMESPACE, labels: LABELS, annotations: { [ENDPOINT]: textOf(this.#own) } },
      spec: { holderIdentity: this.#name, leaseDurationSeconds: LIVES_MS / 1000, renewTime: time },
    };
    await ensure(this.#core, lease, () => true);
  }

  /** Where the living API servers are, this one among them; in an order that is the same for all. Forgets the dead. */
  async living(): Promise<Endpoint[]> {
    const others: Endpoint[] = [];
    for (const stored of [...this.#place.cache.values()]) {
      const endpoint = endpointOf(stored);
      if (!endpoint || stored.name === this.#name) continue;
      if (this.#isAlive(stored)) others.push(endpoint);
      else await this.#remove(stored);
    }
    return sorted([...others, this.#own]);
  }

  /** This server goes: tells where the others are. */
  async leave(): Promise<Endpoint[]> {
    const own = this.#place.cache.get(NAMESPACE, this.#name);
    if (own) await this.#remove(own);
    return (await this.living()).filter((each) => textOf(each) !== textOf(this.#own));
  }

  #isAlive({ id, revision, object }: Stored): boolean {
    const { clock } = this.#core;
    const nowMs = clock.monotonic();
    let seen = this.#changed.get(id);
    if (seen?.revision !== revision) {
      // Of one that is seen for the first time only its own clock tells how old it is.
      const ageMs = seen ? 0 : clock.now() - Date.parse((object as Lease).spec?.renewTime ?? '');
      seen = { revision, atMs: nowMs - Math.max(0, ageMs || 0) };
      this.#changed.set(id, seen);
    }
    return nowMs - seen.atMs < LIVES_MS;
  }

  async #remove(stored: Stored): Promise<void> {
    this.#changed.delete(stored.id);
    // It may live again, or another API server may have removed it.
    await removeUnlessChanged(this.#place, stored);
  }
}

const textOf = ({ address, port }: Endpoint): string => `${address}:${port}`;

function endpointOf({ namespace, object: { metadata } }: Stored): Endpoint | undefined {
  const [, address, port] = /^(.+):(\d+)$/.exec(metadata.annotations?.[ENDPOINT] ?? '') ?? [];
  if (namespace !== NAMESPACE || address === undefined || port === undefined) return undefined;
  return { address, port: Number(port) };
}

const sorted = (endpoints: Endpoint[]): Endpoint[] => endpoints.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
