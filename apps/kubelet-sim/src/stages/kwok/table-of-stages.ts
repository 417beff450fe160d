import { type BehaviourRowInput, REFUSALS } from '@kubernats/containers';
import { checked, FileError } from '@kubernats/runtime/user-files';
import type { StageTableInput } from '../stage-table.ts';
import { selectionOf } from './selection.ts';
import { type KwokStage, kwokStage } from './stage.ts';

/** Whether a document of a file is one of kwok's Stages. */
export function isKwokStage(document: unknown): boolean {
  if (typeof document !== 'object' || document === null || !('apiVersion' in document) || !('kind' in document)) return false;
  return String(document.apiVersion).startsWith('kwok.x-k8s.io/') && document.kind === 'Stage';
}

/**
 * kwok's Stages as a table: each Stage is one step of a Pod's life, and becomes the part of a row that says the same. Heavier Stages come
 * first. Throws `FileError` for what cannot be said by a table; docs/nodes.md lists what can.
 */
export function tableOfKwokStages(documents: readonly unknown[], file: string): StageTableInput {
  const stages = documents.map((document, index) => ({ stage: checked(kwokStage, document, `${file}: Stage ${index + 1}`), index }));
  const heaviestFirst = stages.sort((a, b) => b.stage.spec.weight - a.stage.spec.weight || a.index - b.index);
  return { pods: heaviestFirst.map(({ stage }) => rowOf(stage, file)) };
}

function rowOf(stage: KwokStage, file: string): BehaviourRowInput {
  const { name } = stage.metadata;
  const { resourceRef, selector, delay, next } = stage.spec;
  const refuse = (field: string, why: string): never => {
    throw new FileError(`${file}: Stage "${name}": ${field}: ${why} cannot be mapped to a row; see docs/nodes.md`);
  };
  if (resourceRef.kind !== 'Pod') refuse('spec.resourceRef.kind', `${resourceRef.kind} (nodes have rows of their own under "nodes")`);
  if (delay.durationFrom) refuse('spec.delay.durationFrom', 'an expression');
  if (delay.jitterDurationFrom) refuse('spec.delay.jitterDurationFrom', 'an expression');
  if (next.finalizers !== undefined) refuse('spec.next.finalizers', 'a change of finalizers');
  if (!selector) return refuse('spec.selector', 'a Stage without one, which selects nothing,');
  const { match, deleting } = selectionOf(selector, refuse);
  return { name, match, ...partOf(stage, deleting, refuse) };
}

/** kwok's jitter is the end of the range in which the delay lies. */
function delayOf({ durationMilliseconds: after, jitterDurationMilliseconds: end = after }: KwokStage['spec']['delay']) {
  return { after: Math.min(after, end), jitter: Math.max(0, end - after) };
}

function partOf({ spec }: KwokStage, deleting: boolean, refuse: (field: string, why: string) => never): BehaviourRowInput {
  const { next } = spec;
  const delay = delayOf(spec.delay);
  if (next.delete) return deleting ? { stop: delay } : refuse('spec.next.delete', 'the deletion of a Pod that nobody deleted');
  if (deleting) refuse('spec.selector', 'a change of a Pod that is being deleted');
  const template = next.statusTemplate ?? '';
  const phase = word(template, 'phase');
  if (phase === 'Running') return { start: delay };
  if (phase === 'Succeeded') return { exit: { ...delay, code: 0 } };
  if (phase === 'Failed') {
    const oom = /^\s*reason:\s*"?OOMKilled"?\s*$/m.test(template);
    return { exit: { ...delay, ...(oom ? { reason: 'OOMKilled' } : { reason: 'Error', code: Number(word(template, 'exitCode') ?? 1) }) } };
  }
  const refusal = REFUSALS.find((reason) => new RegExp(`^\\s*reason:\\s*"?${reason}"?\\s*$`, 'm').test(template));
  if (refusal) return { start: delay, refuse: { reason: refusal } };
  return refuse('spec.next.statusTemplate', 'a template without a phase Running, Succeeded or Failed');
}

/** The value of a field, where the template has it as plain text. */
function word(template: string, field: string): string | undefined {
  return new RegExp(`^\\s*${field}:\\s*"?(\\w+)"?\\s*$`, 'm').exec(template)?.[1];
}
