import { ANY_HOST_IP, type HostPort, type Node } from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import type { PodInfo } from './pod-info.ts';
import { addTo, noResources, type Resources, resourcesOf } from './resources.ts';

/** A node and the sums over its Pods, each kept up to date by one Pod's change alone. */
export class NodeInfo {
  readonly name: string;
  readonly requested: Resources = noResources();
  readonly scoreRequested: Resources = noResources();
  readonly #pods = new Map<string, PodInfo>();
  /** How many Pods hold a port: two may share one by mistake, and the first to go must not free it. */
  readonly #ports = new Map<string, number>();
  #node: Node | undefined;
  allocatable: Resources = noResources();
  allocatablePods = 0;
  /** How many Pods it has. */
  podCount = 0;
  /** How large the images are that the node has, in bytes, by each of their names. */
  imageSizes: ReadonlyMap<string, number> = NO_IMAGES;
  /** Its place among the nodes that exist, by name; -1 while it is not there. */
  index = -1;

  constructor(name: string) {
    this.name = name;
  }

  /** Undefined while Pods are bound to a node that is not (or no longer) there. */
  get node(): Node | undefined {
    return this.#node;
  }

  set node(node: Node | undefined) {
    this.#node = node;
    const allocatable = node?.status?.allocatable ?? node?.status?.capacity;
    this.allocatable = resourcesOf(allocatable);
    this.allocatablePods = quantityValue(allocatable?.pods);
    this.imageSizes = imageSizesOf(node);
  }

  get pods(): Iterable<PodInfo> {
    return this.#pods.values();
  }

  has(key: string): boolean {
    return this.#pods.has(key);
  }

  /** The same node with the same Pods but these, to try what would be if there were others. */
  copy(without: readonly PodInfo[]): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.#node = this.#node;
    copy.allocatable = this.allocatable;
    copy.allocatablePods = this.allocatablePods;
    copy.imageSizes = this.imageSizes;
    copy.index = this.index;
    const absent = new Set(without);
    for (const info of this.#pods.values()) if (!absent.has(info)) copy.add(info);
    return copy;
  }

  add(info: PodInfo): void {
    this.#pods.set(info.key, info);
    this.podCount = this.#pods.size;
    addTo(this.requested, info.requests);
    addTo(this.scoreRequested, info.scoreRequests);
    for (const port of info.hostPorts) this.#count(port, 1);
  }

  /** The Pod as it is now, which counts for the same as before. */
  renew(info: PodInfo): void {
    this.#pods.set(info.key, info);
  }

  remove(key: string): void {
    const info = this.#pods.get(key);
    if (!info) return;
    this.#pods.delete(key);
    this.podCount = this.#pods.size;
    addTo(this.requested, info.requests, -1);
    addTo(this.scoreRequested, info.scoreRequests, -1);
    for (const port of info.hostPorts) this.#count(port, -1);
  }

  /** Whether a Pod here holds the port on the same address. */
  holdsPort({ ip, protocol, port }: Omit<HostPort, 'containerPort'>): boolean {
    if (this.#ports.size === 0) return false;
    if (ip !== ANY_HOST_IP) return this.#ports.has(portKey(protocol, port, ip)) || this.#ports.has(portKey(protocol, port, ANY_HOST_IP));
    const prefix = portKey(protocol, port, '');
    for (const key of this.#ports.keys()) if (key.startsWith(prefix)) return true;
    return false;
  }

  #count({ ip, protocol, port }: HostPort, by: 1 | -1): void {
    const key = portKey(protocol, port, ip);
    const count = (this.#ports.get(key) ?? 0) + by;
    if (count > 0) this.#ports.set(key, count);
    else this.#ports.delete(key);
  }
}

const NO_IMAGES: ReadonlyMap<string, number> = new Map();

function imageSizesOf(node: Node | undefined): ReadonlyMap<string, number> {
  const images = node?.status?.images;
  if (!images?.length) return NO_IMAGES;
  return new Map(images.flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes] as const)));
}

const portKey = (protocol: string, port: number, ip: string): string => `${protocol}/${port}/${ip}`;
