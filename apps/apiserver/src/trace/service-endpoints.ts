import type { Endpoint, EndpointSlice } from '@kubernats/api';
import type { Owner } from './address-book.ts';

export interface EndpointCounts {
  ready: number;
  servingTerminating: number;
  notReady: number;
}

/** The endpoints of one Service, slice by slice: how many of them are usable, and which Pod is behind an address. */
export class ServiceEndpoints {
  readonly #slices = new Map<string, readonly Endpoint[]>();
  readonly #owners = new Map<string, Owner>();
  readonly #counts: EndpointCounts = { ready: 0, servingTerminating: 0, notReady: 0 };

  get counts(): EndpointCounts {
    return { ...this.#counts };
  }

  ownerOf(host: string): Owner | undefined {
    return this.#owners.get(host);
  }

  /** Takes a slice as it is now; undefined: it is gone. */
  set(name: string, slice: EndpointSlice | undefined): void {
    for (const endpoint of this.#slices.get(name) ?? []) {
      this.#counts[stateOf(endpoint)]--;
      for (const address of endpoint.addresses) this.#owners.delete(address);
    }
    const endpoints = slice?.endpoints ?? [];
    if (slice) this.#slices.set(name, endpoints);
    else this.#slices.delete(name);
    for (const endpoint of endpoints) {
      this.#counts[stateOf(endpoint)]++;
      const owner = ownerOf(endpoint, slice?.metadata?.namespace ?? '');
      for (const address of endpoint.addresses) this.#owners.set(address, owner);
    }
  }
}

/** As a proxy reads the conditions. Source: KEP-1672, KEP-1669. */
function stateOf({ conditions }: Endpoint): keyof EndpointCounts {
  if (conditions?.ready !== false) return 'ready';
  return conditions.terminating === true && conditions.serving !== false ? 'servingTerminating' : 'notReady';
}

function ownerOf({ targetRef, nodeName }: Endpoint, namespace: string): Owner {
  const pod = targetRef?.kind === 'Pod' ? { pod: `${targetRef.namespace ?? namespace}/${targetRef.name}` } : {};
  return { ...pod, ...(nodeName === undefined ? {} : { node: nodeName }) };
}
