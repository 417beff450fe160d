import type { Pod, PodAffinityTerm } from '@kubernats/api';
import { type LabelSelector, labelSelectorOf, nothing, type Selector } from '@kubernats/apimachinery';
import type { Namespaces } from './namespaces.ts';
import type { PodInfo } from './pod-info.ts';

/** A condition on other Pods. */
export interface PodTerm {
  /** Terms of one text say the same. */
  readonly text: string;
  /** Where these Pods are to be, or not to be: on a node with the same value of this label. */
  readonly topologyKey: string;
  readonly namespaces: ReadonlySet<string>;
  /** Other namespaces besides. */
  readonly namespaceSelector: Selector;
  readonly selector: Selector;
}

export interface WeightedTerm {
  readonly term: PodTerm;
  /** Below 0: of anti-affinity. */
  readonly weight: number;
}

/** What a Pod says about other Pods. Source: the concept "Assigning Pods to Nodes", inter-pod affinity and anti-affinity. */
export interface PodTerms {
  /** One Pod must match all of these. */
  readonly affinity: readonly PodTerm[];
  /** No Pod may match any of these. */
  readonly antiAffinity: readonly PodTerm[];
  readonly preferred: readonly WeightedTerm[];
}

/** So many texts are remembered: Pods of one template share what was read of it. */
const REMEMBERED = 1024;
const remembered = new Map<string, PodTerms>();

/** Undefined: the Pod says nothing about others. */
export function podTermsOf({ metadata, spec }: Pod): PodTerms | undefined {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  if (!podAffinity && !podAntiAffinity) return undefined;
  const namespace = metadata?.namespace ?? '';
  const text = JSON.stringify([namespace, podAffinity, podAntiAffinity]);
  const known = remembered.get(text);
  if (known) return known;
  const read = (term: PodAffinityTerm): PodTerm => podTermOf(term, namespace);
  const weighted = (side: typeof podAffinity, sign: 1 | -1): WeightedTerm[] =>
    (side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm, weight }) => ({
      ...{ term: read(podAffinityTerm), weight: sign * weight },
    }));
  const terms: PodTerms = {
    affinity: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(read),
    antiAffinity: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(read),
    preferred: [...weighted(podAffinity, 1), ...weighted(podAntiAffinity, -1)],
  };
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(text, terms);
  return terms;
}

/** Whether the Pod is one of those that the term is about, wherever it is. */
export function termMatches({ namespaces, namespaceSelector, selector }: PodTerm, { pod }: PodInfo, known: Namespaces): boolean {
  const { namespace = '', labels } = pod.metadata ?? {};
  return (namespaces.has(namespace) || selectsNamespace(namespaceSelector, namespace, known)) && selector.matches(labels);
}

/** The text of a term with the namespaces that it selects now. */
export const textNow = ({ text, namespaceSelector }: PodTerm, known: Namespaces): string =>
  isSelective(namespaceSelector) ? `${text}${known.selectedBy(namespaceSelector).id}` : text;

/** Whether a selector of namespaces has to look at their labels. */
export const isSelective = (selector: Selector): boolean => selector !== nothing && !selector.empty;

const selectsNamespace = (selector: Selector, namespace: string, known: Namespaces): boolean =>
  isSelective(selector) ? known.selectedBy(selector).names.has(namespace) : selector.empty;

/** Without namespaces and a selector of them a term is about the Pod's own. */
function podTermOf({ topologyKey, namespaces = [], namespaceSelector, labelSelector }: PodAffinityTerm, own: string): PodTerm {
  const names = namespaces.length === 0 && !namespaceSelector ? [own] : [...new Set(namespaces)].sort();
  const selectors = { namespaceSelector: selectorOf(namespaceSelector), selector: selectorOf(labelSelector) };
  const text = [topologyKey, names.join(), textOf(selectors.namespaceSelector), textOf(selectors.selector)].join(';');
  return { text: `${text};`, topologyKey, namespaces: new Set(names), ...selectors };
}

const textOf = (selector: Selector): string => (selector === nothing ? '-' : selector.toString());

/** The API server lets no selector through that cannot be read: such a one would select nothing. */
function selectorOf(selector: LabelSelector | undefined): Selector {
  try {
    return labelSelectorOf(selector);
  } catch {
    return nothing;
  }
}
