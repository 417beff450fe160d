import { deepEqual, duplicate, type FieldPath, fieldPath, invalidValue, qualifiedName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CSINode, CSINodeDriver } from '../../../generated/types.ts';
import { CSINodes } from '../../refs.ts';
import { AGE, integer, NAME } from '../../table/common-columns.ts';
import { checkText, IMMUTABLE, notNegative } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';
import { checkCsiDriverName } from './csi-driver-name.ts';

const NODE_ID_LENGTH_MAX = 256;

function validate({ spec }: CSINode): Cause[] {
  const out: Cause[] = [];
  const names = new Set<string>();
  (spec?.drivers ?? []).forEach((driver, i) => {
    const at = fieldPath('spec', 'drivers').index(i);
    checkDriver(driver, at, out);
    if (names.has(driver.name)) out.push(duplicate(at.child('name'), driver.name));
    names.add(driver.name);
  });
  return out;
}

function checkDriver({ name, nodeID, allocatable, topologyKeys = [] }: CSINodeDriver, at: FieldPath, out: Cause[]): void {
  checkCsiDriverName(name, at.child('name'), out);
  if (!nodeID) out.push(required(at.child('nodeID')));
  else if (nodeID.length > NODE_ID_LENGTH_MAX)
    out.push(invalidValue(at.child('nodeID'), nodeID, `must be ${NODE_ID_LENGTH_MAX} characters or less`));
  notNegative(allocatable?.count, at.child('allocatable', 'count'), out);
  const seen = new Set<string>();
  for (const key of topologyKeys) {
    if (key === '') out.push(required(at));
    if (seen.has(key)) out.push(duplicate(at, key));
    seen.add(key);
    checkText(qualifiedName, key, at, out);
  }
}

/** What a driver said when it registered stays so, but for how many volumes the node takes. */
function validateUpdate({ spec }: CSINode, old: CSINode): Cause[] {
  const known = new Map((old.spec?.drivers ?? []).map((driver) => [driver.name, driver]));
  return (spec?.drivers ?? []).flatMap((driver) => {
    const before = known.get(driver.name);
    const same = !before || deepEqual({ ...driver, allocatable: undefined }, { ...before, allocatable: undefined });
    return same ? [] : [invalidValue('CSINodeDriver', driver, IMMUTABLE)];
  });
}

export const csiNodeRow = defineKind<CSINode>(CSINodes, {
  columns: [NAME, integer('Drivers', 'How many drivers the node has.', ({ spec }) => spec?.drivers?.length ?? 0), AGE],
  strategy: { validate, validateUpdate, countsGeneration: false },
});
