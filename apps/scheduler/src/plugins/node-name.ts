import { type Plugin, unresolvable } from '../framework/plugin.ts';

const REFUSED = unresolvable("node(s) didn't match the requested node name");

/** A Pod that names its node goes nowhere else. */
export const nodeName: Plugin<string> = {
  name: 'NodeName',
  looksAt: 'node',
  preFilter: ({ pod }) => (pod.spec?.nodeName ? { state: pod.spec.nodeName } : 'skip'),
  filter: (wanted, _info, node) => (wanted === node.name ? undefined : REFUSED),
};
