import type { PodInfo } from '../snapshot/pod-info.ts';
import { type ClusterView, type Plugin, type Refusal, unresolvable } from './plugin.ts';
import type { ActiveFilter } from './standing.ts';

/** What plug-ins say of a Pod before any node is looked at. */
export interface PreFiltered {
  /** Those that have something to filter: `kept`, then `others`. */
  active: ActiveFilter[];
  /** What these say of a node is kept. They come before all others, so that a node's first refusal is the first of all. */
  kept: ActiveFilter[];
  others: ActiveFilter[];
  /** The only nodes that may do; absent: any may. */
  nodes?: ReadonlySet<string>;
  /** Why the others may not. */
  absent?: Refusal;
}

/** Asks each plug-in about the Pod. The first that refuses it for all nodes ends it. */
export function preFilter(plugins: readonly Plugin[], info: PodInfo, cluster: ClusterView): PreFiltered | { refusal: Refusal } {
  const active: ActiveFilter[] = [];
  let nodes: ReadonlySet<string> | undefined;
  const restricting: string[] = [];
  for (const plugin of plugins) {
    const answer = plugin.preFilter ? plugin.preFilter(info, cluster) : { state: undefined };
    if (answer === 'skip') continue;
    if ('refusal' in answer) {
      answer.refusal.plugin ??= plugin.name;
      return answer;
    }
    active.push({ plugin, state: answer.state, basis: answer.basis });
    if (!answer.nodes) continue;
    restricting.push(plugin.name);
    const before = nodes;
    nodes = before ? new Set([...answer.nodes].filter((name) => before.has(name))) : answer.nodes;
    if (nodes.size === 0) return { refusal: { ...unresolvable(nobodyLeft(restricting)), plugin: plugin.name } };
  }
  const end = active.findIndex(({ plugin }) => plugin.looksAt === undefined);
  const [kept, others] = end < 0 ? [active, []] : [active.slice(0, end), active.slice(end)];
  if (!nodes) return { active, kept, others };
  const [plugin] = restricting.sort();
  return {
    active,
    kept,
    others,
    nodes,
    absent: { ...unresolvable(`node(s) didn't satisfy plugin(s) [${restricting.join(' ')}]`), plugin },
  };
}

const nobodyLeft = (plugins: readonly string[]): string =>
  plugins.length === 1
    ? `node(s) didn't satisfy plugin ${plugins[0]}`
    : `node(s) didn't satisfy plugin(s) [${plugins.join(' ')}] simultaneously`;
