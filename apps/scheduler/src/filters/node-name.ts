import type { Filter } from './filter.ts';

/** A Pod that names its node goes there or nowhere. */
export const nodeName: Filter = {
  name: 'NodeName',
  check({ pod }, { node }) {
    const wanted = pod.spec?.nodeName;
    return wanted && wanted !== node.metadata?.name ? ["node(s) didn't match the requested node name"] : [];
  },
};
