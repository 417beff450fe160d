import type { KindRow, Service, ServiceSpec } from '@kubernats/api';
import { invalidValue } from '@kubernats/apimachinery';
import { type Cause, internalError, invalid } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import type { Core, Place } from '../core.ts';
import { isDryRun } from '../rest/body.ts';
import { takeFreeAddress, takeRequestedAddress } from './address-allocator.ts';
import { Claims, type Owner } from './claims.ts';
import { type Holdings, holdingsOf } from './holdings.ts';
import { settleIpFamilies } from './ip-families.ts';
import { addressAt, type IpRange, parseIpRange } from './ip-range.ts';
import type { Pool } from './pool.ts';
import { type PortRange, takeFreePort, takeRequestedPort } from './port-allocator.ts';

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
  nodePorts: PortRange;
}

/** Cluster IPs and node ports of Services. A value that the author asks for is honoured, or refused in Kubernetes' words. */
export class Allocators {
  readonly #addresses: Claims;
  readonly #ports: Claims;
  readonly #range: IpRange;
  readonly #nodePorts: PortRange;

  constructor(core: Pick<Core, 'stores' | 'streams' | 'clock' | 'ids'>, config: AllocatorConfig) {
    this.#addresses = new Claims(core, 'ipallocations', 'IPAllocation');
    this.#ports = new Claims(core, 'portallocations', 'PortAllocation');
    this.#range = parseIpRange(config.serviceCidr);
    this.#nodePorts = config.nodePorts;
  }

  /** Where cluster IPs come from. */
  get serviceCidr(): string {
    return this.#range.cidr;
  }

  /** The address of the `kubernetes` Service: the first of the range. */
  get firstAddress(): string {
    return addressAt(this.#range, 0);
  }

  /** The address of the `kube-dns` Service: the tenth, as everywhere. */
  get dnsAddress(): string {
    return addressAt(this.#range, Math.min(9, this.#range.size - 1));
  }

  /** Whose a cluster IP is, as far as this server knows. */
  ownerOf(address: string): Owner | undefined {
    return this.#addresses.ownerOf(address);
  }

  /** Fills in and takes what the draft needs and does not have. Undefined when it needs nothing. */
  async claim(core: Core, call: Call, draft: Held, old: Held | undefined): Promise<Claim | undefined> {
    if (!isService(call.row)) return undefined;
    const { metadata, spec = {} }: Service = draft;
    const before = holdingsOf(old);
    const taken: [Claims, string][] = [];
    const owner: Owner = { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
    const dry = isDryRun(call.query.dryRun, call.request.verb);
    const poolOf = (claims: Claims): Pool => ({
      isTaken: (value) => claims.isTaken(value),
      async take(value) {
        // A dry run takes nothing, and does not get the same twice either.
        const isTaken = () => claims.isTaken(value) || taken.some(([from, other]) => from === claims && other === value);
        if (dry ? isTaken() : !(await claims.claim(value, owner))) return false;
        taken.push([claims, value]);
        return true;
      },
    });
    const undo = async () => {
      if (!dry) for (const [claims, value] of taken) await claims.release(value, owner.uid);
    };
    try {
      refuse(owner, settleIpFamilies(spec, (old as Service | undefined)?.spec));
      refuse(owner, await this.#address(core, spec, before, poolOf(this.#addresses)));
      refuse(owner, await this.#portsOf(core, spec, before, poolOf(this.#ports)));
    } catch (error) {
      await undo();
      throw error;
    }
    const after = holdingsOf(draft);
    return {
      undo,
      settle: async () => {
        for (const value of before.addresses) if (!after.addresses.has(value)) await this.#addresses.release(value, owner.uid);
        for (const value of before.ports) if (!after.ports.has(value)) await this.#ports.release(value, owner.uid);
      },
    };
  }

  /** The object is gone: gives back all that it had. */
  async release(row: KindRow, object: Held): Promise<void> {
    if (!isService(row)) return;
    const { addresses, ports } = holdingsOf(object);
    const uid = object.metadata.uid ?? '';
    for (const value of addresses) await this.#addresses.release(value, uid);
    for (const value of ports) await this.#ports.release(value, uid);
  }

  /**
   * Gives back what no Service has: a server may die between a claim and its write. What was claimed less than `graceMs` ago may be about to be
   * written by another server.
   */
  async repair(services: Place, graceMs: number): Promise<void> {
    const held = new Map([...services.cache.values()].map(({ object }) => [object.metadata.uid ?? '', holdingsOf(object)]));
    await this.#addresses.repair((value, uid) => held.get(uid)?.addresses.has(value) === true, graceMs);
    await this.#ports.repair((value, uid) => held.get(uid)?.ports.has(value) === true, graceMs);
  }

  async #address(core: Core, spec: ServiceSpec, { addresses }: Holdings, pool: Pool): Promise<Cause[]> {
    if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return [];
    const wanted = spec.clusterIP ?? '';
    if (wanted !== '' && addresses.has(wanted)) return [];
    const refusal = wanted === '' ? undefined : await takeRequestedAddress(this.#range, wanted, pool);
    if (refusal) return [refusal];
    spec.clusterIP = wanted || (await takeFreeAddress(this.#range, pool, core.random));
    spec.clusterIPs = [spec.clusterIP];
    return [];
  }

  async #portsOf(core: Core, spec: ServiceSpec, { ports: before }: Holdings, pool: Pool): Promise<Cause[]> {
    const own = new Set(before);
    own.delete(String(spec.healthCheckNodePort));
    const isOpen = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
    const causes = isOpen ? await this.#portsOfNodes(core, spec, own, pool) : [];
    if (causes.length === 0 && spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') {
      await this.#healthCheckPort(core, spec, before, pool);
    }
    return causes;
  }

  async #portsOfNodes(core: Core, spec: ServiceSpec, own: Set<string>, pool: Pool): Promise<Cause[]> {
    const ports = spec.ports ?? [];
    const onlyRequested = spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === false;
    for (const [i, port] of ports.entries()) {
      // One number may serve TCP and UDP of one port.
      port.nodePort ||= ports.find((other) => other.port === port.port && other.protocol !== port.protocol && other.nodePort)?.nodePort;
      if (port.nodePort && !own.has(String(port.nodePort))) {
        const refusal = await takeRequestedPort(this.#nodePorts, port.nodePort, pool);
        if (refusal !== undefined) return [invalidValue(`spec.ports[${i}].nodePort`, port.nodePort, refusal)];
      } else if (!port.nodePort && !onlyRequested) {
        port.nodePort = await takeFreePort(this.#nodePorts, pool, core.random);
        if (port.nodePort === undefined) throw internalError('failed to allocate a nodePort: range is full');
      }
      if (port.nodePort) own.add(String(port.nodePort));
      else delete port.nodePort;
    }
    return [];
  }

  async #healthCheckPort(core: Core, spec: ServiceSpec, before: ReadonlySet<string>, pool: Pool): Promise<void> {
    const wanted = spec.healthCheckNodePort;
    const isNodePort = spec.ports?.some(({ nodePort }) => nodePort === wanted) === true;
    if (wanted && before.has(String(wanted)) && !isNodePort) return;
    if (wanted) {
      const refusal = await takeRequestedPort(this.#nodePorts, wanted, pool);
      if (refusal !== undefined) throw internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${refusal}`);
      return;
    }
    spec.healthCheckNodePort = await takeFreePort(this.#nodePorts, pool, core.random);
    if (!spec.healthCheckNodePort) throw internalError('failed to allocate a HealthCheck NodePort 0: range is full');
  }
}

const isService = (row: KindRow): boolean => row.group === '' && row.plural === 'services';

function refuse(owner: Owner, causes: Cause[]): void {
  if (causes.length > 0) throw invalid('', 'Service', owner.name, causes);
}
