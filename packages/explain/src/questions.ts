// What travels on the bus between API servers and the scheduler that leads.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Node, Pod } from '@kubernats/api';
import { type Bus, type BusSubscription, schedulerSubject } from '@kubernats/bus';
import { StatusError, type StatusObject, unavailable } from '@kubernats/errors';
import type { PodExplanation } from './pod-explanation.ts';
import type { WhatIf } from './what-if.ts';

export interface ExplainQuestion {
  /** As the API server knows it: the scheduler may not have seen it yet. */
  pod: Pod;
  /** Nothing of other nodes is told. */
  nodeName?: string;
  /** How many nodes are told of in full. */
  limit: number;
}

export interface WhatIfQuestion {
  /** Added, or in place of those that have the same names. */
  nodes: Node[];
  workloads: PlannedWorkload[];
}

/** Pods that are alike. */
export interface PlannedWorkload {
  /** `Deployment default/web`. */
  name: string;
  /** What each of its Pods is like, defaulted and admitted. */
  pod: Pod;
  /** `eachNode`: one for each node that it may go to at all (a DaemonSet). */
  count: number | 'eachNode';
  /** Pods that go before, by their keys: a new template replaces them. */
  replaces: string[];
}

/** Who answers for a scheduler. What it throws is what the person who asked is told. */
export interface Answers {
  explain(question: ExplainQuestion): PodExplanation | Promise<PodExplanation>;
  whatIf(question: WhatIfQuestion): WhatIf | Promise<WhatIf>;
}

type Question = { [Name in keyof Answers]: { ask: Name; question: Parameters<Answers[Name]>[0] } }[keyof Answers];
type Answer = { answer: unknown } | { error: StatusObject };

/** Longer than a scheduler may be busy. */
const TIMEOUT_MS = 10_000;

/** Answers for the scheduler of this name until the subscription ends: one replica does, the one that leads. */
export function answerQuestions(bus: Bus, cluster: string, schedulerName: string, answers: Answers): BusSubscription {
  return bus.subscribe(schedulerSubject(cluster, schedulerName), (message) => {
    void answerTo(message.data, answers).then((answer) => message.respond(packed(answer)));
  });
}

async function answerTo(data: Uint8Array, answers: Answers): Promise<Answer> {
  try {
    const asked = unpacked<Question>(data);
    return { answer: await (asked.ask === 'explain' ? answers.explain(asked.question) : answers.whatIf(asked.question)) };
  } catch (error) {
    const known =
      error instanceof StatusError ? error : new StatusError('InternalError', error instanceof Error ? error.message : String(error));
    return { error: known.toStatus() };
  }
}

/**
 * Asks the scheduler of that name. Throws what it says; `ServiceUnavailable` when no scheduler of that name is there, or none leads; `Timeout` when it
 * does not answer (any more).
 */
export async function askScheduler<Name extends keyof Answers>(
  bus: Bus,
  cluster: string,
  schedulerName: string,
  ask: Name,
  question: Parameters<Answers[Name]>[0],
  signal?: AbortSignal,
): Promise<Awaited<ReturnType<Answers[Name]>>> {
  const options = { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) };
  const answer = await bus.request(schedulerSubject(cluster, schedulerName), packed({ ask, question }), options).catch((error: unknown) => {
    throw error instanceof StatusError ? unanswered(error, schedulerName) : error;
  });
  const known = unpacked<Answer>(answer);
  if ('error' in known) throw StatusError.fromStatus(known.error);
  return known.answer as Awaited<ReturnType<Answers[Name]>>;
}

function unanswered(error: StatusError, schedulerName: string): StatusError {
  const name = JSON.stringify(schedulerName);
  if (error.reason === 'ServiceUnavailable')
    return unavailable(`no scheduler of the name ${name} answers: it does not run, or none of its replicas leads yet`);
  if (error.reason === 'Timeout') return new StatusError('Timeout', `the scheduler ${name} did not answer within ${TIMEOUT_MS / 1000} s`);
  return error;
}

/** Thousands of nodes say much the same. */
const packed = (value: object): Uint8Array => gzipSync(JSON.stringify(value), { level: 1 });
const unpacked = <T>(bytes: Uint8Array): T => JSON.parse(gunzipSync(bytes).toString()) as T;
