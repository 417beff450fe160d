import { inShort } from '@kubernats/errors';
import type { ClusterView, PluginHooks, SchedulerPluginDefinition } from '@kubernats/scheduler-plugin';
import type { Plugin, PreFiltered, Refusal } from '../framework/plugin.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Guard } from './guard.ts';
import { eventView, nodeView } from './views.ts';

/** What `score` goes by: the Pod as well, for `normalize`. */
interface ScoreState {
  info: PodInfo;
  state: unknown;
}

/** A user's plug-in as the scheduler knows plug-ins: each call guarded, and each answer looked at. */
export function adaptPlugin(
  { name, looksAt }: Pick<SchedulerPluginDefinition, 'name' | 'looksAt'>,
  hooks: PluginHooks,
  guard: Guard,
  cluster: ClusterView,
): Plugin {
  return {
    name,
    looksAt,
    mayChangeByItself: true,
    ...queueing(hooks, guard),
    ...filtering(name, hooks, guard, cluster),
    ...(scoring(name, hooks, guard, cluster) as Partial<Plugin>),
    ...binding(hooks, guard, cluster),
  };
}

function queueing({ less, preEnqueue, mayHelp }: PluginHooks, guard: Guard): Partial<Plugin> {
  return {
    ...(less && {
      // Nobody is told of it but the log: it is about no one Pod.
      less: (a, b) => orElse(false, () => guard.call('', () => less({ ...a, pod: a.info.pod }, { ...b, pod: b.info.pod })) === true),
    }),
    ...(preEnqueue && {
      preEnqueue: (pod) => text(guard, `running PreEnqueue plugin "${guard.plugin}"`, () => preEnqueue(pod)),
    }),
    ...(mayHelp && {
      // As in kube-scheduler: the Pod is tried.
      mayHelp: (info, event) => orElse(true, () => guard.call('', () => mayHelp(info.pod, eventView(event))) !== false),
    }),
  };
}

function filtering(name: string, hooks: PluginHooks, guard: Guard, cluster: ClusterView): Partial<Plugin> {
  const { preFilter, filter, postFilter } = hooks;
  return {
    ...(preFilter && {
      preFilter: ({ pod }) => {
        const where = `running PreFilter plugin "${name}"`;
        return preFiltered(
          guard,
          where,
          guard.call(where, () => preFilter(pod, cluster)),
        );
      },
    }),
    ...(filter && {
      filter: (state, { pod }, node) => {
        const where = `running "${name}" filter plugin`;
        return refusalOf(
          guard,
          where,
          guard.call(where, () => filter(pod, nodeView(node), state)),
        );
      },
    }),
    ...(postFilter && {
      postFilter: ({ pod }, { refusals }) => {
        const reasons = new Map([...refusals].map(([node, refusal]) => [node, refusal.reasons]));
        const message = text(guard, `running PostFilter plugin "${name}"`, () => postFilter(pod, reasons, cluster));
        return message === undefined ? undefined : { message };
      },
    }),
  };
}

function scoring(name: string, hooks: PluginHooks, guard: Guard, cluster: ClusterView): Partial<Plugin<unknown, ScoreState>> {
  const { preScore, score, normalize } = hooks;
  if (!score) return {};
  const inRange = (amount: unknown): number => {
    if (typeof amount === 'number' && amount >= 0 && amount <= 100) return amount;
    const where = 'applying score defaultWeights on Score plugins';
    throw guard.wrong(
      where,
      `plugin "${name}" returns an invalid score ${shown(amount)}, it should in the range of [0, 100] after normalizing`,
    );
  };
  const finite = (amount: unknown): number => {
    if (typeof amount === 'number' && Number.isFinite(amount)) return amount;
    throw guard.wrong('running Score plugins', `plugin "${name}" returns an invalid score ${shown(amount)}, it should be a number`);
  };
  return {
    preScore(info, _cluster, feasible) {
      const where = `running PreScore plugin "${name}"`;
      const answer = preScore && guard.call(where, () => preScore(info.pod, feasible().map(nodeView), cluster));
      if (answer === 'skip') return 'skip';
      if (answer !== undefined && !isObject(answer)) throw guard.wrong(where, `it gave ${shown(answer)}, neither 'skip' nor a state`);
      return { state: { info, state: answer?.state } };
    },
    score({ state }, { pod }, node) {
      const amount = guard.call(`running Score plugins: plugin "${name}" failed with`, () => score(pod, nodeView(node), state));
      return normalize ? finite(amount) : inRange(amount);
    },
    ...(normalize && {
      normalize: (amounts, { info }, nodes) => {
        const where = `running Normalize on Score plugins: plugin "${name}" failed with`;
        const scores = guard.call(where, () => normalize([...amounts], nodes.map(nodeView), info.pod));
        if (!Array.isArray(scores) || scores.length !== amounts.length) throw guard.wrong(where, 'it gave not one score a node');
        for (const [i, amount] of scores.entries()) amounts[i] = inRange(amount);
      },
    }),
  };
}

function binding(hooks: PluginHooks, guard: Guard, cluster: ClusterView): Partial<Plugin> {
  const { reserve, unreserve, permit, preBind, bind, postBind } = hooks;
  return {
    ...(reserve && {
      reserve: (state, { pod }, node) => {
        const refusal = refusalOf(
          guard,
          '',
          guard.call('', () => reserve(pod, nodeView(node), state)),
        );
        if (refusal) return { refusal };
        return { unreserve: () => orElse(undefined, () => guard.call('', () => unreserve?.(pod, nodeView(node)))) };
      },
    }),
    ...(permit && {
      permit: ({ pod }, node) => {
        const answer: unknown = guard.call('', () => permit(pod, nodeView(node), cluster));
        if (answer === undefined) return 'allow';
        if (isObject(answer) && typeof answer.refuse === 'string') return { refusal: { reasons: [answer.refuse], unresolvable: false } };
        if (isObject(answer) && typeof answer.waitSeconds === 'number' && answer.waitSeconds >= 0)
          return { waitMs: answer.waitSeconds * 1_000 };
        throw guard.wrong('', `it gave ${shown(answer)}, neither { refuse } nor { waitSeconds }`);
      },
    }),
    ...(preBind && { preBind: ({ pod }, node, signal) => guard.await(() => preBind(pod, nodeView(node), signal)) }),
    ...(bind && {
      bind: async ({ pod }, node, signal) => {
        const answer = await guard.await(() => bind(pod, nodeView(node), signal));
        if (answer === 'bound' || answer === 'skip') return answer;
        throw guard.wrong('', `it gave ${shown(answer)}, neither 'bound' nor 'skip'`);
      },
    }),
    ...(postBind && { postBind: ({ pod }, node) => guard.call('', () => postBind(pod, nodeView(node))) }),
  };
}

function preFiltered(guard: Guard, where: string, answer: unknown): PreFiltered<unknown> {
  if (answer === 'skip') return 'skip';
  if (answer === undefined) return { state: undefined };
  if (!isObject(answer)) throw guard.wrong(where, `it gave ${shown(answer)}, neither 'skip' nor { state, nodes } nor { refuse }`);
  const refusal = refusalOf(guard, where, answer.refuse);
  if (refusal) return { refusal };
  if (answer.nodes === undefined) return { state: answer.state };
  const nodes = isObject(answer.nodes) && Symbol.iterator in answer.nodes ? [...(answer.nodes as Iterable<unknown>)] : [undefined];
  if (!nodes.every((name) => typeof name === 'string')) throw guard.wrong(where, 'nodes must be names of nodes');
  return { state: answer.state, nodes: new Set(nodes) };
}

function refusalOf(guard: Guard, where: string, answer: unknown): Refusal | undefined {
  if (answer === undefined) return undefined;
  if (typeof answer === 'string') return { reasons: [answer], unresolvable: false };
  if (isObject(answer) && typeof answer.reason === 'string')
    return { reasons: [answer.reason], unresolvable: answer.unresolvable === true };
  throw guard.wrong(where, `it gave ${shown(answer)}, neither a reason nor { reason }`);
}

function text(guard: Guard, where: string, ask: () => unknown): string | undefined {
  const answer = guard.call(where, ask);
  if (answer === undefined || typeof answer === 'string') return answer;
  throw guard.wrong(where, `it gave ${shown(answer)}, which is no text`);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const shown = (value: unknown): string => inShort(value).slice(0, 100);

/** What is about no one Pod may not fail: the guard has told the log. */
function orElse<T>(otherwise: T, ask: () => T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
