import { type Filter, unresolvable } from './filter.ts';

/** A Pod that names its node goes nowhere else. */
export const nodeName: Filter = {
  name: 'NodeName',
  check({ info }, node) {
    const wanted = info.pod.spec?.nodeName;
    return !wanted || wanted === node.name ? undefined : unresolvable("node(s) didn't match the requested node name");
  },
};
