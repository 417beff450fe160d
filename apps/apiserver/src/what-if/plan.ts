import type { Node, Pod } from '@kubernats/api';
import { badRequest } from '@kubernats/errors';
import { MAX_TRIED_PODS, type PlannedWorkload, type WhatIfQuestion } from '@kubernats/explain';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { type Core, placeOf } from '../core.ts';
import { type Change, changeOf } from './change.ts';
import { PodDrafts } from './drafts.ts';
import { dryRun } from './dry-run.ts';
import type { ManifestObject } from './manifest.ts';
import { plannedNode } from './planned-node.ts';
import { checkPriorityClass, isPriorityClass } from './priorities.ts';
import { type Wanted, WORKLOAD_KINDS, type WorkloadKind } from './workload-kinds.ts';

interface Plan {
  question: WhatIfQuestion;
  notes: string[];
}

/**
 * What the scheduler is to try: each object as the API server would create it, or change it where it is there. Throws what that would answer, and
 * BadRequest for too many Pods.
 */
export async function planOf(core: Core, call: Call, objects: readonly ManifestObject[]): Promise<Plan> {
  const nodes: Node[] = [];
  const workloads: PlannedWorkload[] = [];
  const notes: string[] = [];
  const drafts = new PodDrafts(core, call, objects, (note) => notes.push(note));
  for (const { row, object } of objects) {
    const { namespace, name = object.metadata.generateName ?? '' } = object.metadata;
    const title = `${row.kind} ${namespace ? `${namespace}/` : ''}${name}`;
    const kind = WORKLOAD_KINDS.get(`${row.group}/${row.plural}`);
    if (row.group === '' && row.plural === 'nodes') nodes.push(plannedNode(await dryRun(core, call, row, object, true)));
    else if (kind) await addPods(title, kind, { row, object });
    else if (isPriorityClass(row)) await checkPriorityClass(core, call, { row, object });
    else notes.push(`${title} makes no Pods: it is not looked at`);
  }
  return { question: { nodes, workloads }, notes };

  async function addPods(title: string, kind: WorkloadKind, { row, object }: ManifestObject): Promise<void> {
    const isPod = row.plural === 'pods';
    const owner = isPod ? object : await dryRun(core, call, row, object, kind.existing !== 'refused');
    const wanted: Wanted = kind.wanted(owner as never);
    if (wanted.note !== undefined) notes.push(`${title} ${wanted.note}`);
    const { namespace = '', name = '' } = object.metadata;
    const there = kind.existing === 'changed' ? placeOf(core, row).cache.get(namespace, name)?.object : undefined;
    const change: Change = there ? changeOf(core, wanted, owner, there) : { count: wanted.count, replaces: [] };
    if (change.note !== undefined) notes.push(`${title} ${change.note}`);
    const asked = workloads.reduce((sum, { count }) => sum + countOf(count), countOf(change.count));
    if (asked > MAX_TRIED_PODS)
      throw badRequest(`the manifest asks for ${asked} Pods, with ${title}: at most ${MAX_TRIED_PODS} are tried at a time`);
    const pod: Pod = await drafts.admitted(title, wanted, isPod ? object : identityOf(owner));
    workloads.push({ name: title, pod: { ...pod, metadata: { ...pod.metadata, name: name || pod.metadata?.name } }, ...change });
  }
}

const countOf = (count: PlannedWorkload['count']): number => (count === 'eachNode' ? 0 : count);

/** What the Pods of a workload are called. */
const identityOf = ({ metadata: { name, namespace } }: Held): Held => ({ metadata: { generateName: `${name}-`, namespace } });
