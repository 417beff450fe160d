import { type NodeTrial, type Refusal, unresolvable } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { SplitVictims } from './budgets.ts';

/** A node that will do once these Pods are gone. */
export interface Candidate {
  node: NodeInfo;
  /** The most important first; at least one. */
  victims: readonly PodInfo[];
  /** How many of them a disruption budget wants to keep. */
  violations: number;
}

export const NO_VICTIMS = unresolvable('No preemption victims found for incoming pod');

/** Those on the node that a Pod of this priority may take the place of: of lower priority, never of its own. */
export function lowerOn(node: NodeInfo, priority: number): PodInfo[] {
  const lower: PodInfo[] = [];
  for (const each of node.pods) if (each.priority < priority) lower.push(each);
  return lower;
}

export interface DryRun {
  /** Of the Pod that looks for a node. */
  priority: number;
  /** By whether a budget protects them. */
  split: (victims: readonly PodInfo[]) => SplitVictims;
  /** Who is spared first. */
  order: (a: PodInfo, b: PodInfo) => number;
  /** `without`: these are not there. */
  trial: (node: NodeInfo, without: readonly PodInfo[]) => NodeTrial;
}

/**
 * As few as possible that have to leave the node, or why that would not help. All of lower priority are taken off; if the node will do then, they are put back
 * one by one as long as it still does: those first that a budget protects, and of them the most important first.
 */
export function dryRun(node: NodeInfo, { priority, split, order, trial: trialOf }: DryRun): Candidate | Refusal {
  const lower = lowerOn(node, priority);
  if (lower.length === 0) return NO_VICTIMS;
  const trial = trialOf(node, lower);
  const refusal = trial.refusal();
  if (refusal) return refusal;
  const victims: PodInfo[] = [];
  const reprieve = (each: PodInfo): boolean => {
    trial.add(each);
    if (trial.refusal() === undefined) return true;
    trial.remove(each);
    victims.push(each);
    return false;
  };
  const { violating, others } = split(lower.sort(order));
  const violations = violating.filter((each) => !reprieve(each)).length;
  for (const each of others) reprieve(each);
  if (victims.length === 0) return unresolvable(`expected at least one victim pod on node ${JSON.stringify(node.name)}`);
  if (violating.length > 0) victims.sort(order);
  return { node, victims, violations };
}

export const isCandidate = (outcome: Candidate | Refusal): outcome is Candidate => 'victims' in outcome;
