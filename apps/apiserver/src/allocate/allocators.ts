import type { KindRow, Service } from '@kubernats/api';
import { goQuote, invalidValue } from '@kubernats/apimachinery';
import { type Cause, invalid, StatusError } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import type { Core } from '../core.ts';
import { isDryRun } from '../rest/body.ts';
import { Claims, type Owner } from './claims.ts';
import { addressAt, type IpRange, isInRange, parseIpRange } from './ip-range.ts';

/** What a write has taken, until it is known whether it happened. */
export interface Claim {
  /** The write did not happen: gives back what was taken for it. */
  undo(): Promise<void>;
  /** The write happened: gives back what the object no longer has. */
  settle(): Promise<void>;
}

export interface AllocatorConfig {
  /** `10.96.0.0/16`, `127.96.0.0/16`. */
  serviceCidr: string;
  nodePorts: { from: number; to: number };
}

const TRIES = 64;

/** Cluster IPs and node ports of Services. A value that the author asks for is honoured, or refused in Kubernetes' words. */
export class Allocators {
  readonly addresses: Claims;
  readonly ports: Claims;
  readonly #range: IpRange;
  readonly #nodePorts: { from: number; to: number };

  constructor(core: Pick<Core, 'stores' | 'streams' | 'clock' | 'ids'>, config: AllocatorConfig) {
    this.addresses = new Claims(core, 'ipallocations', 'IPAllocation');
    this.ports = new Claims(core, 'portallocations', 'PortAllocation');
    this.#range = parseIpRange(config.serviceCidr);
    this.#nodePorts = config.nodePorts;
  }

  /** The address of the `kubernetes` Service: the first of the range. */
  get firstAddress(): string {
    return addressAt(this.#range, 0);
  }

  /** The address of the `kube-dns` Service: the tenth, as everywhere. */
  get dnsAddress(): string {
    return addressAt(this.#range, Math.min(9, this.#range.size - 1));
  }

  /** Fills in and takes what the draft needs and does not have. Undefined when it needs nothing. */
  async claim(core: Core, call: Call, draft: Held, old: Held | undefined): Promise<Claim | undefined> {
    if (!isService(call.row)) return undefined;
    const service: Service = draft;
    const before = held(old);
    const taken: [Claims, string][] = [];
    const owner: Owner = { namespace: draft.metadata.namespace ?? '', name: draft.metadata.name ?? '', uid: draft.metadata.uid ?? '' };
    const dry = isDryRun(call.query.dryRun, call.request.verb);
    const take = async (claims: Claims, value: string): Promise<boolean> => {
      if (dry) return !claims.isTaken(value);
      if (!(await claims.claim(value, owner))) return false;
      taken.push([claims, value]);
      return true;
    };
    const undo = async () => {
      for (const [claims, value] of taken) await claims.release(value, owner.uid);
    };
    try {
      await this.#address(core, service, before.addresses, take);
      await this.#ports(core, service, before.ports, take);
    } catch (error) {
      await undo();
      throw error;
    }
    const after = held(draft);
    return {
      undo,
      settle: async () => {
        for (const value of before.addresses) if (!after.addresses.has(value)) await this.addresses.release(value, owner.uid);
        for (const value of before.ports) if (!after.ports.has(value)) await this.ports.release(value, owner.uid);
      },
    };
  }

  /** The object is gone: gives back all that it had. */
  async release(row: KindRow, object: Held): Promise<void> {
    if (!isService(row)) return;
    const { addresses, ports } = held(object);
    const uid = object.metadata.uid ?? '';
    for (const value of addresses) await this.addresses.release(value, uid);
    for (const value of ports) await this.ports.release(value, uid);
  }

  async #address(core: Core, service: Service, before: ReadonlySet<string>, take: Take): Promise<void> {
    const { spec } = service;
    if (!spec || spec.type === 'ExternalName' || spec.clusterIP === 'None') return;
    const wanted = spec.clusterIP || spec.clusterIPs?.[0];
    if (wanted && before.has(wanted)) return;
    const address = wanted ? await this.#requestedAddress(service, wanted, take) : await this.#freeAddress(core, service, take);
    spec.clusterIP = address;
    spec.clusterIPs = [address];
    spec.ipFamilies ??= ['IPv4'];
    spec.ipFamilyPolicy ??= 'SingleStack';
  }

  async #requestedAddress(service: Service, wanted: string, take: Take): Promise<string> {
    const refuse = (why: string) => {
      const message = `Invalid value: []string{${goQuote(wanted)}}: failed to allocate IP ${wanted}: ${why}`;
      return refused(service, { reason: 'FieldValueInvalid', message, field: 'spec.clusterIPs' });
    };
    if (!isInRange(this.#range, wanted)) {
      throw refuse(`the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${this.#range.cidr}`);
    }
    if (!(await take(this.addresses, wanted))) throw refuse('provided IP is already allocated');
    return wanted;
  }

  async #freeAddress(core: Core, service: Service, take: Take): Promise<string> {
    // The lower part of a range is left to those who ask for an address by name.
    const reserved = Math.min(Math.max(16, Math.floor(this.#range.size / 16)), 256, Math.floor(this.#range.size / 2));
    for (let tries = 0; tries < TRIES; tries++) {
      const address = addressAt(this.#range, reserved + core.random.int(this.#range.size - reserved));
      if (!this.addresses.isTaken(address) && (await take(this.addresses, address))) return address;
    }
    for (let offset = this.#range.size - 1; offset >= 0; offset--) {
      const address = addressAt(this.#range, offset);
      if (!this.addresses.isTaken(address) && (await take(this.addresses, address))) return address;
    }
    throw new StatusError('InternalError', `failed to allocate a serviceIP for ${service.metadata?.name ?? ''}: range is full`);
  }

  async #ports(core: Core, service: Service, before: ReadonlySet<string>, take: Take): Promise<void> {
    const { spec } = service;
    if (!spec || (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer')) return;
    if (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === false && !spec.ports?.some(({ nodePort }) => nodePort))
      return;
    const own = new Set(before);
    for (const [i, port] of (spec.ports ?? []).entries()) {
      if (port.nodePort) {
        await this.#requestedPort(service, port.nodePort, i, own, take);
      } else {
        // One number may serve TCP and UDP of one Service.
        const twin = spec.ports?.slice(0, i).find((other) => other.port === port.port && other.protocol !== port.protocol)?.nodePort;
        port.nodePort = twin ?? (await this.#freePort(core, take));
      }
      own.add(String(port.nodePort));
    }
  }

  async #requestedPort(service: Service, nodePort: number, index: number, own: ReadonlySet<string>, take: Take): Promise<void> {
    if (own.has(String(nodePort))) return;
    const { from, to } = this.#nodePorts;
    const refuse = (why: string) => refused(service, invalidValue(`spec.ports[${index}].nodePort`, nodePort, why));
    if (nodePort < from || nodePort > to)
      throw refuse(`provided port is not in the valid range. The range of valid ports is ${from}-${to}`);
    if (!(await take(this.ports, String(nodePort)))) throw refuse('provided port is already allocated');
  }

  async #freePort(core: Core, take: Take): Promise<number> {
    const { from, to } = this.#nodePorts;
    const count = to - from + 1;
    const start = core.random.int(count);
    for (let i = 0; i < count; i++) {
      const port = from + ((start + i) % count);
      if (!this.ports.isTaken(String(port)) && (await take(this.ports, String(port)))) return port;
    }
    throw new StatusError('InternalError', 'failed to allocate a nodePort: range is full');
  }
}

type Take = (claims: Claims, value: string) => Promise<boolean>;

const isService = (row: KindRow): boolean => row.group === '' && row.plural === 'services';

/** The addresses and ports that a Service has. */
function held(object: Held | undefined): { addresses: Set<string>; ports: Set<string> } {
  const spec = (object as Service | undefined)?.spec;
  const addresses = (spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : [])).filter((each) => each !== 'None' && each !== '');
  const ports = (spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [String(nodePort)] : []));
  return { addresses: new Set(spec?.type === 'ExternalName' ? [] : addresses), ports: new Set(ports) };
}

function refused(service: Service, cause: Cause): StatusError {
  return invalid('', 'Service', service.metadata?.name ?? '', [cause]);
}
