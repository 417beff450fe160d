import type { Pod } from '@kubernats/api';
import { API_VERSION, type NodeFill, type PlannedWorkload, type TriedWorkload, type WhatIf, type WhatIfQuestion } from '@kubernats/explain';
import type { Unfit } from '../framework/decision.ts';
import type { Framework } from '../framework/framework.ts';
import { preFilter } from '../framework/pre-filter.ts';
import { refusalOf } from '../framework/standing.ts';
import { keptPod } from '../loop/kept-pod.ts';
import type { World } from '../loop/world.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { type PodInfo, podInfoOf } from '../snapshot/pod-info.ts';
import { snapshotOf } from '../snapshot/restored.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface WhatIfDeps {
  world: Pick<World, 'snapshot' | 'frameworkOf' | 'frameworkOn'>;
  clock: { sleep(ms: number): Promise<void> };
}

/** Decisions between two looks at what else there is to do. */
const DECISIONS_AT_A_TIME = 32;
/** The plug-ins by whose word a DaemonSet has no Pod on a node, rather than one that waits. */
const CHOOSE_NODES: ReadonlySet<string> = new Set(['NodeAffinity', 'NodeName', 'TaintToleration', 'NodeUnschedulable']);

/** Decides on Pods that nobody has created, each as if those before it were placed. The cluster is as before. */
export async function whatIf({ world, clock }: WhatIfDeps, { nodes, workloads }: WhatIfQuestion): Promise<WhatIf> {
  const snapshot = snapshotOf(world.snapshot.contents(), world.snapshot.namespaces);
  const added = new Set(nodes.map(({ metadata }) => metadata?.name ?? '').filter((name) => !snapshot.node(name)));
  for (const node of nodes) snapshot.setNode(node);
  const touched = new Map<string, number>();
  for (const name of added) touched.set(name, 0);
  const trial = new Trial(world, snapshot, touched);
  const tried: TriedWorkload[] = [];
  for (const workload of workloads) {
    const one = trial.begin(workload);
    tried.push(one.answer);
    for (let count = 1; one.step(); count++) if (count % DECISIONS_AT_A_TIME === 0) await clock.sleep(0);
  }
  for (const one of tried) one.placed = trial.placedOf(one);
  const fills = [...touched].flatMap(([name, placed]) => {
    const node = snapshot.node(name);
    return node ? [fillOf(node, placed, added.has(name))] : [];
  });
  fills.sort((a, b) => (a.nodeName < b.nodeName ? -1 : 1));
  return { apiVersion: API_VERSION, kind: 'WhatIf', workloads: tried, nodes: fills, notes: [] };
}

/** A manifest's Pods on a copy of the cluster. */
class Trial {
  readonly #world: WhatIfDeps['world'];
  readonly #snapshot: Snapshot;
  /** How many Pods each node would get. */
  readonly #touched: Map<string, number>;
  readonly #frameworks = new Map<string, Framework>();
  #begun = 0;
  /** Whose the Pods are that were placed, by their keys. */
  readonly #tried = new Map<string, TriedWorkload>();
  /** Where they are, by the nodes' names. */
  readonly #places = new Map<TriedWorkload, Map<string, TriedWorkload['placed'][number]>>();

  constructor(world: WhatIfDeps['world'], snapshot: Snapshot, touched: Map<string, number>) {
    this.#world = world;
    this.#snapshot = snapshot;
    this.#touched = touched;
  }

  /** Where the workload's Pods are, now that all are decided on. */
  placedOf(answer: TriedWorkload): TriedWorkload['placed'] {
    return [...(this.#places.get(answer)?.values() ?? [])];
  }

  /** `step` decides on the next Pod; false: there is none. */
  begin({ name, pod: given, count, replaces }: PlannedWorkload): { answer: TriedWorkload; step(): boolean } {
    // Workloads of several kinds may share a name.
    const pod: Pod = { ...given, metadata: { ...given.metadata, name: `${given.metadata?.name}~${this.#begun++}` } };
    for (const key of replaces) this.#evict(key);
    const answer: TriedWorkload = { name, wanted: 0, placed: [], pending: [], victims: [] };
    const framework = this.#frameworkOf(pod);
    const message = framework ? framework.notEnqueued(pod)?.message : `its scheduler is another one: ${pod.spec?.schedulerName}`;
    if (!framework || message !== undefined) {
      answer.wanted = count === 'eachNode' ? this.#snapshot.nodes.length : count;
      if (answer.wanted > 0) answer.pending.push({ message: message ?? '', count: answer.wanted });
      return { answer, step: () => false };
    }
    const pods = count === 'eachNode' ? this.#daemons(pod, framework) : numbered(pod, count);
    const step = (): boolean => {
      const { value: info } = pods.next();
      if (!info) return false;
      answer.wanted++;
      const unfit = this.#place(info, framework, answer);
      if (!unfit) return true;
      const rest = count === 'eachNode' ? 0 : count - answer.wanted;
      answer.wanted += rest;
      this.#waits(answer, unfit.message, 1 + rest);
      // Nothing has changed: those that are alike are told the same.
      return count === 'eachNode';
    };
    return { answer, step };
  }

  /** Why there is no node for the Pod; undefined: it is on one from now on. */
  #place(info: PodInfo, framework: Framework, answer: TriedWorkload): Unfit | undefined {
    const decision = framework.decide(info);
    const to = decision.fits ? { node: decision.node, victims: [] } : decision.nominated;
    if (!to || to === 'none') return decision as Unfit;
    const nodeName = to.node.name;
    for (const { key } of to.victims) {
      const own = this.#tried.get(key);
      this.#evict(key);
      if (!own) answer.victims.push({ pod: key, nodeName });
      else {
        this.#count(own, nodeName, -1);
        this.#waits(own, `it would be evicted for ${answer.name}`, 1);
      }
    }
    this.#snapshot.assume(info, nodeName);
    this.#tried.set(info.key, answer);
    this.#count(answer, nodeName, 1);
    return undefined;
  }

  #count(answer: TriedWorkload, nodeName: string, by: 1 | -1): void {
    this.#touched.set(nodeName, (this.#touched.get(nodeName) ?? 0) + by);
    const places = this.#places.get(answer) ?? new Map<string, TriedWorkload['placed'][number]>();
    this.#places.set(answer, places);
    const place = places.get(nodeName) ?? { nodeName, count: 0 };
    place.count += by;
    if (place.count > 0) places.set(nodeName, place);
    else places.delete(nodeName);
  }

  #waits({ pending }: TriedWorkload, message: string, by: number): void {
    const same = pending.find((each) => each.message === message);
    if (same) same.count += by;
    else pending.push({ message, count: by });
  }

  #evict(key: string): void {
    const nodeName = this.#snapshot.remove(key);
    if (nodeName !== undefined && !this.#touched.has(nodeName)) this.#touched.set(nodeName, 0);
  }

  /** One Pod for each node that the template and the node's taints let it go to. */
  *#daemons(pod: Pod, { profile, cluster }: Framework): Generator<PodInfo, undefined> {
    const info = podInfoOf(keptPod(pod));
    const choosers = profile.filter.filter(({ name }) => CHOOSE_NODES.has(name));
    const first = preFilter(choosers, info, cluster);
    if ('refusal' in first) return undefined;
    for (const node of [...cluster.nodes]) {
      if (first.nodes?.has(node.name) === false || refusalOf(first.active, info, node)) continue;
      yield podInfoOf(onNode(info.pod, node.name));
    }
    return undefined;
  }

  /** Undefined: another scheduler places the Pod. */
  #frameworkOf(pod: Pod): Framework | undefined {
    if (!this.#world.frameworkOf(pod)) return undefined;
    const name = pod.spec?.schedulerName ?? 'default-scheduler';
    const known = this.#frameworks.get(name) ?? this.#world.frameworkOn(this.#snapshot, pod);
    this.#frameworks.set(name, known);
    return known;
  }
}

/** A name that no Pod can have. */
const triedName = ({ metadata }: Pod, which: string): string => `${metadata?.name}~${which}`;

function* numbered(pod: Pod, count: number): Generator<PodInfo, undefined> {
  const kept = keptPod(pod);
  for (let i = 0; i < count; i++) yield podInfoOf({ ...kept, metadata: { ...kept.metadata, name: triedName(kept, String(i)) } });
  return undefined;
}

/** The DaemonSet controller's way to have the scheduler bind a Pod to one node. */
function onNode(pod: Pod, nodeName: string): Pod {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] };
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } };
  const affinity = { ...pod.spec?.affinity, nodeAffinity: { ...pod.spec?.affinity?.nodeAffinity, ...required } };
  return {
    ...pod,
    metadata: { ...pod.metadata, name: triedName(pod, nodeName) },
    spec: { containers: [], ...pod.spec, affinity },
  };
}

function fillOf({ name, podCount, allocatablePods, requested, allocatable }: NodeInfo, placed: number, added: boolean): NodeFill {
  return {
    nodeName: name,
    added,
    placed,
    pods: { requested: podCount, allocatable: allocatablePods },
    cpuMilli: { requested: requested.cpuMilli, allocatable: allocatable.cpuMilli },
    memoryBytes: { requested: requested.memoryBytes, allocatable: allocatable.memoryBytes },
  };
}
