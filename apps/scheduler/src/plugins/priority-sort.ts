import type { Plugin } from '../framework/plugin.ts';

/** Pods of higher priority are tried first, and of equal ones those that came first. */
export const prioritySort: Plugin = {
  name: 'PrioritySort',
  less: (a, b) => (a.info.priority === b.info.priority ? a.order < b.order : a.info.priority > b.info.priority),
};
