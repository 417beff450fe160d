import { duplicate, type FieldPath, labelValue, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { EndpointHints } from '../../../../generated/types.ts';
import { checkText, subdomain } from '../../../validation/basics.ts';

const MAX_HINTS = 8;

/** The zones and nodes whose clients an endpoint is meant for. */
export function checkHints({ forZones = [], forNodes = [] }: EndpointHints, at: FieldPath, out: Cause[]): void {
  checkNames(forZones, at.child('forZones'), out, (name, path) => checkText(labelValue, name, path, out));
  checkNames(forNodes, at.child('forNodes'), out, (name, path) => subdomain(name, path, out));
}

function checkNames(list: readonly { name: string }[], at: FieldPath, out: Cause[], check: (name: string, path: FieldPath) => void): void {
  if (list.length > MAX_HINTS) return void out.push(tooMany(at, list.length, MAX_HINTS));
  const seen = new Set<string>();
  list.forEach(({ name }, i) => {
    const path = at.index(i).child('name');
    if (seen.has(name)) out.push(duplicate(path, name));
    seen.add(name);
    check(name, path);
  });
}
