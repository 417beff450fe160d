import type { Pod } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { API_VERSION, type ExplainQuestion, type PodExplanation } from '@kubernats/explain';
import { examine } from '../framework/examine.ts';
import type { Framework } from '../framework/framework.ts';
import { keptPod } from '../loop/kept-pod.ts';
import type { World } from '../loop/world.ts';
import type { QueuePlace } from '../queue/scheduling-queue.ts';
import type { Contents } from '../snapshot/journal.ts';
import { type PodInfo, podInfoOf } from '../snapshot/pod-info.ts';
import { contentsAfter, snapshotOf } from '../snapshot/restored.ts';
import type { DecisionRecord, Decisions } from './decisions.ts';
import { refusedGroups, verdictOf, winnerOf } from './verdicts.ts';
import { type Standing, standingOf } from './where-it-stands.ts';

export interface ExplainDeps {
  world: World;
  decisions: Decisions;
  queue: { placeOf(key: string): QueuePlace | undefined };
  clock: { now(): number; monotonic(): number };
}

/** What the nodes are looked at for: the Pod as it was decided on, among what was there then, or else what is there now. */
interface Basis {
  basis: PodExplanation['basis'];
  info: PodInfo;
  framework: Framework;
  notes: string[];
}

/** Why the Pod is where it is, or waits: pure as far as the cluster goes, of which nothing changes. */
export function explainPod(deps: ExplainDeps, { pod, nodeName: only, limit }: ExplainQuestion): PodExplanation {
  const { world, decisions, clock } = deps;
  const info = podInfoOf(keptPod(pod));
  const record = decisions.of(info.key, pod.metadata?.uid);
  const standing = standingOf(pod, { key: info.key, snapshot: world.snapshot, queued: deps.queue.placeOf(info.key), clock });
  const about = basisOf(world, pod, record, standing);
  const examination = examine(about.framework, about.info);
  const { feasible, refused } = examination;
  const all = [...feasible, ...refused];
  const shown = only === undefined ? all.slice(0, limit) : all.filter(({ node }) => node.name === only);
  const notes = [...about.notes];
  if (only !== undefined && shown.length === 0)
    notes.push(`there is no node ${JSON.stringify(only)}${about.basis === 'Decision' ? ' among those of then' : ''}`);
  const winner = winnerOf(examination, about.framework.cluster.nominations.nodeOf(info.key));
  const decision = decisionOf(record);
  if (about.basis === 'Decision' && winner?.nodeName !== decision?.nodeName) notes.push(OTHER_NOW);
  return {
    apiVersion: API_VERSION,
    kind: 'PodExplanation',
    metadata: identityOf(pod),
    schedulerName: pod.spec?.schedulerName ?? 'default-scheduler',
    ...standing,
    ...(decision && { decision }),
    basis: about.basis,
    notes,
    nodeCount: all.length,
    feasibleCount: feasible.length,
    ...(winner ? { winner } : whyNone(about)),
    refused: refusedGroups(refused),
    nodes: shown.map(verdictOf),
  };
}

const OTHER_NOW =
  'what follows leads to another node than was chosen: volumes that were attached to nodes, or something else outside of what is remembered, has changed since';
const UNKNOWN =
  'the decision is not known (any more): the scheduler has started since, or did not place the Pod; this is how it would decide now';
const TOO_LONG_AGO = 'too much has happened since the decision to tell how the nodes were then; this is how it would be decided now';

function basisOf(world: World, pod: Pod, record: DecisionRecord | undefined, { nodeName }: Standing): Basis {
  if (nodeName === undefined) return now(world, pod, []);
  if (!record || !('nodeName' in record.outcome) || record.outcome.nodeName !== nodeName) return now(world, pod, [UNKNOWN]);
  const contents = contentsAfter(world.snapshot, record.changes);
  if (!contents) return now(world, pod, [TOO_LONG_AGO]);
  return { basis: 'Decision', info: record.info, framework: frameworkOn(world, record.info.pod, contents, record.volumes), notes: [] };
}

/** As if the Pod looked for a node now. */
function now(world: World, pod: Pod, notes: string[]): Basis {
  const free: Pod = { ...pod, spec: pod.spec && { ...pod.spec, nodeName: undefined } };
  const info = podInfoOf(keptPod(free));
  const contents = world.snapshot.contents();
  contents.pods.delete(info.key);
  return { basis: 'Now', info, framework: frameworkOn(world, info.pod, contents), notes };
}

function frameworkOn(world: World, pod: Pod, contents: Contents, volumes?: DecisionRecord['volumes']): Framework {
  return world.frameworkOn(snapshotOf(contents, world.snapshot.namespaces), pod, volumes);
}

/** No node will do: kube-scheduler's sentence, and whom preemption would evict. */
function whyNone({ framework, info }: Basis): Pick<PodExplanation, 'message' | 'victims'> {
  const decision = framework.decide(info);
  if (decision.fits) return {};
  const { message, nominated } = decision;
  if (!nominated || nominated === 'none') return { message };
  return { message, victims: nominated.victims.map(({ key }) => ({ pod: key, nodeName: nominated.node.name })) };
}

function decisionOf(record: DecisionRecord | undefined): PodExplanation['decision'] {
  if (!record) return undefined;
  const { outcome, timeMs } = record;
  const time = rfc3339(timeMs);
  return 'nodeName' in outcome ? { time, nodeName: outcome.nodeName } : { time, message: outcome.message };
}

const identityOf = ({ metadata }: Pod): PodExplanation['metadata'] => ({
  name: metadata?.name ?? '',
  namespace: metadata?.namespace ?? '',
  ...(metadata?.uid !== undefined && { uid: metadata.uid }),
});
