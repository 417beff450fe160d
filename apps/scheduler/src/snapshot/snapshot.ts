import type { Node } from '@kubernats/api';
import { alikeNodes, alikePods } from './alike.ts';
import { type Contents, Journal } from './journal.ts';
import { LowestPriority } from './lowest-priority.ts';
import { MatchingPods } from './matching-pods.ts';
import { Namespaces } from './namespaces.ts';
import { NodeChanges } from './node-changes.ts';
import { NodeColumns } from './node-columns.ts';
import { NodeInfo } from './node-info.ts';
import { Nominations } from './nominations.ts';
import { PlacedTerms } from './placed-terms.ts';
import type { PodInfo } from './pod-info.ts';
import { Tallies } from './tallies.ts';
import { Topologies } from './topologies.ts';

/** Is told of every change, after it was made. */
export interface SnapshotFollower {
  podChanged?(info: PodInfo, node: NodeInfo, by: 1 | -1): void;
  /** The node came or went (`node.node` is undefined then), or is another now than `before`. */
  nodeChanged?(node: NodeInfo, before: Node | undefined): void;
}

/**
 * What is known of the nodes and the Pods on them, kept up to date by each event at a cost that does not grow with the cluster.
 * A Pod that was decided on counts at once ("assumed"), before its binding comes back as an event.
 */
export class Snapshot {
  readonly #nodes = new Map<string, NodeInfo>();
  /** Where each Pod counts. */
  readonly #placed = new Map<string, { nodeName: string; assumed: boolean; info: PodInfo }>();
  /** How many Pods on nodes use a claim. */
  readonly #claimUsers = new Map<string, number>();
  /** On how many nodes an image is. */
  readonly #imageNodes = new Map<string, number>();
  #known: NodeInfo[] | undefined;
  readonly #columns = new NodeColumns();
  #taintedNodes = 0;
  #cordonedNodes = 0;
  readonly changes = new NodeChanges();
  /** What was where before. */
  readonly journal = new Journal();
  readonly nominations = new Nominations((key, was) => this.journal.add({ part: 'nominated', key, was }));
  readonly lowestPriority = new LowestPriority();
  readonly namespaces: Namespaces;
  readonly #topologies = new Topologies(() => this.#nodes.values());
  readonly tallies = new Tallies(() => this.#nodes.values(), this.#topologies);
  readonly matchingPods = new MatchingPods(() => this.#nodes.values(), this.#topologies);
  readonly placedTerms: PlacedTerms;
  readonly #followers: readonly SnapshotFollower[];

  constructor(namespaces = new Namespaces()) {
    this.namespaces = namespaces;
    this.placedTerms = new PlacedTerms(this.#topologies, namespaces);
    this.#followers = [this.#topologies, this.tallies, this.matchingPods, this.placedTerms, this.lowestPriority];
  }

  /** How many nodes have a taint of any kind. */
  get taintedNodes(): number {
    return this.#taintedNodes;
  }

  get cordonedNodes(): number {
    return this.#cordonedNodes;
  }

  /** The nodes that exist, by name. The same array as long as they are the same. */
  get nodes(): readonly NodeInfo[] {
    this.#known ??= this.#listed();
    return this.#known;
  }

  /** By the places of `nodes`. */
  get columns(): NodeColumns {
    this.#known ??= this.#listed();
    return this.#columns;
  }

  #listed(): NodeInfo[] {
    const nodes = [...this.#nodes.values()].filter((info) => info.node).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const [index, info] of nodes.entries()) info.index = index;
    this.#columns.fill(nodes);
    this.changes.keep(2 * nodes.length);
    return nodes;
  }

  nodesWithImage(image: string): number {
    return this.#imageNodes.get(image) ?? 0;
  }

  node(name: string): NodeInfo | undefined {
    const info = this.#nodes.get(name);
    return info?.node ? info : undefined;
  }

  setNode(node: Node): void {
    const info = this.#info(node.metadata?.name ?? '');
    const before = info.node;
    if (!before) this.#known = undefined;
    // Heartbeats would push out what matters.
    if (!before || !alikeNodes(before, node)) this.journal.add({ part: 'nodes', key: info.name, was: before });
    this.#countNode(info, -1);
    info.node = node;
    this.#countNode(info, 1);
    this.#changed(info);
    this.#tellNode(info, before);
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    const before = info.node;
    if (before) this.journal.add({ part: 'nodes', key: name, was: before });
    this.#countNode(info, -1);
    info.node = undefined;
    info.index = -1;
    this.#known = undefined;
    this.#tellNode(info, before);
    this.#drop(info);
  }

  /** Counts a Pod on the node that it is bound to; what was assumed of it is replaced. */
  place(info: PodInfo, nodeName: string): void {
    this.#move(info, nodeName, false);
  }

  /** Counts a Pod on the node that it is about to be bound to. */
  assume(info: PodInfo, nodeName: string): void {
    this.#move(info, nodeName, true);
  }

  /** The binding failed: the Pod does not count any more, unless an event has shown that it is bound after all. Returns the node that it counted on. */
  forget(key: string): string | undefined {
    return this.#placed.get(key)?.assumed ? this.remove(key) : undefined;
  }

  /** Where the Pod counts, if it does. */
  nodeOf(key: string): string | undefined {
    return this.#placed.get(key)?.nodeName;
  }

  isAssumed(key: string): boolean {
    return this.#placed.get(key)?.assumed ?? false;
  }

  /** The Pod is gone, or has ended. Returns the node that it counted on. */
  remove(key: string): string | undefined {
    const was = this.#placed.get(key);
    if (was) this.journal.add({ part: 'pods', key, was });
    return this.#take(key);
  }

  #move(info: PodInfo, nodeName: string, assumed: boolean): void {
    const was = this.#placed.get(info.key);
    if (was?.nodeName === nodeName && alikePods(was.info.pod, info.pod)) return this.#confirm(info, nodeName, assumed);
    this.journal.add({ part: 'pods', key: info.key, was });
    this.#take(info.key);
    this.#put(info, nodeName, assumed);
  }

  /** A Pod that was decided on is bound: nothing changes but who tells of it. */
  #confirm(info: PodInfo, nodeName: string, assumed: boolean): void {
    this.#placed.set(info.key, { nodeName, assumed, info });
    this.#nodes.get(nodeName)?.renew(info);
  }

  #take(key: string): string | undefined {
    const place = this.#placed.get(key);
    if (!place) return undefined;
    this.#placed.delete(key);
    for (const claim of place.info.claims) addCount(this.#claimUsers, claim, -1);
    const node = this.#nodes.get(place.nodeName);
    if (node) {
      node.remove(key);
      this.#changed(node);
      this.#tellPod(place.info, node, -1);
      this.#drop(node);
    }
    return place.nodeName;
  }

  /** A copy of what it holds now. */
  contents(): Contents {
    const nodes = new Map<string, Node>();
    for (const { name, node } of this.#nodes.values()) if (node) nodes.set(name, node);
    return { nodes, pods: new Map(this.#placed), nominated: this.nominations.places() };
  }

  /** The Pod, where it counts. */
  placed(key: string): PodInfo | undefined {
    return this.#placed.get(key)?.info;
  }

  /** Whether a Pod that counts somewhere uses the claim of this key. */
  usesClaim(key: string): boolean {
    return this.#claimUsers.has(key);
  }

  #put(info: PodInfo, nodeName: string, assumed: boolean): void {
    this.#placed.set(info.key, { nodeName, assumed, info });
    for (const claim of info.claims) addCount(this.#claimUsers, claim, 1);
    const node = this.#info(nodeName);
    node.add(info);
    this.#changed(node);
    this.#tellPod(info, node, 1);
  }

  #changed(node: NodeInfo): void {
    this.changes.add(node.index);
    // Else all of them are filled in anew.
    if (this.#known) this.#columns.update(node);
  }

  #tellPod(info: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const follower of this.#followers) follower.podChanged?.(info, node, by);
  }

  #tellNode(node: NodeInfo, before: Node | undefined): void {
    for (const follower of this.#followers) follower.nodeChanged?.(node, before);
  }

  #countNode({ node, imageSizes }: NodeInfo, by: 1 | -1): void {
    if (node?.spec?.taints?.length) this.#taintedNodes += by;
    if (node?.spec?.unschedulable) this.#cordonedNodes += by;
    for (const image of imageSizes.keys()) addCount(this.#imageNodes, image, by);
  }

  #info(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (!info) {
      info = new NodeInfo(name);
      this.#nodes.set(name, info);
    }
    return info;
  }

  #drop(info: NodeInfo): void {
    if (!info.node && info.podCount === 0) this.#nodes.delete(info.name);
  }
}

function addCount(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
