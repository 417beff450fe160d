import type { Node, PersistentVolumeClaim } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { forbidden } from '@kubernats/errors';
import { isOfPool, POOL_LABEL, poolOf } from '../authz/node-authorizer.ts';
import { named, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';

/** Kinds of which each node has one of its own name. */
const NAMED_AS_NODE: Readonly<Record<string, string>> = { leases: 'node leases', csinodes: 'CSINodes' };

/**
 * What a kubelet may write: Nodes that carry its pool's label, Leases and CSINodes of such Nodes, and of claims what their expansion comes to. It
 * cannot give a Node away or take another's.
 */
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
    if (row.group === '' && row.plural === 'persistentvolumeclaims' && old !== undefined) {
      if (deepEqual(withoutSize(draft), withoutSize(old))) return;
      throw refuse(`kubelet ${JSON.stringify(pool)} is not allowed to update fields other than status.quantity and status.conditions`);
    }
    const called = Object.hasOwn(NAMED_AS_NODE, row.plural) ? NAMED_AS_NODE[row.plural] : undefined;
    if (called !== undefined && old === undefined) {
      const owner = placeOfResource(core, '', 'v1', 'nodes').cache.get('', draft.metadata.name ?? '')?.object;
      if (!isOfPool(owner, pool))
        throw refuse(`kubelet ${JSON.stringify(pool)} can only access ${called} with the same name as one of its nodes`);
    }
  },
};

/** A claim but for what its node may say of its size. */
function withoutSize({ metadata, spec, status }: PersistentVolumeClaim): unknown {
  const { resourceVersion: _revision, managedFields: _managers, ...kept } = metadata ?? {};
  const {
    capacity: _capacity,
    conditions: _conditions,
    allocatedResources: _allocated,
    allocatedResourceStatuses: _states,
    ...rest
  } = status ?? {};
  return { metadata: kept, spec, status: rest };
}
