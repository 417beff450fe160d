import type { Plugin } from '../framework/plugin.ts';

/** Kube-scheduler's extension points, in the order in which a Pod meets them, each with the function by which a plug-in is there. */
export const EXTENSION_POINTS = {
  preEnqueue: 'preEnqueue',
  queueSort: 'less',
  preFilter: 'preFilter',
  filter: 'filter',
  postFilter: 'postFilter',
  preScore: 'preScore',
  score: 'score',
  reserve: 'reserve',
  permit: 'permit',
  preBind: 'preBind',
  bind: 'bind',
  postBind: 'postBind',
} as const satisfies Record<string, keyof Plugin>;

export type ExtensionPoint = keyof typeof EXTENSION_POINTS;
export const POINTS = Object.keys(EXTENSION_POINTS) as ExtensionPoint[];
