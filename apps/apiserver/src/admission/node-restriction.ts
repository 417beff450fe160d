import type { Node } from '@kubernats/api';
import { forbidden } from '@kubernats/errors';
import { isOfPool, POOL_LABEL, poolOf } from '../authz/node-authorizer.ts';
import { named, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';

/** What a kubelet may write: Nodes that carry its pool's label, and Leases of such Nodes. It cannot give a Node away or take another's. */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  validate(core, call, draft, old) {
    const pool = poolOf(call.user);
    if (pool === undefined || draft === undefined) return;
    const { row } = call;
    const refuse = (why: string) => forbidden(named(row), draft.metadata.name ?? '', why);
    if (row.group === '' && row.plural === 'nodes') {
      const node: Node = draft;
      if (!isOfPool(node, pool)) throw refuse(`kubelet ${JSON.stringify(pool)} may only write nodes with the label ${POOL_LABEL}=${pool}`);
      return;
    }
    if (row.plural === 'leases' && old === undefined) {
      const owner = placeOfResource(core, '', 'v1', 'nodes').cache.get('', draft.metadata.name ?? '')?.object;
      if (!isOfPool(owner, pool))
        throw refuse(`kubelet ${JSON.stringify(pool)} can only access node leases with the same name as one of its nodes`);
    }
  },
};
