import { fieldPath, invalidValue, qualifiedName } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { DeviceClass } from '../../../generated/types.ts';
import { DeviceClasses } from '../../refs.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { LISTED_MAX } from './limits.ts';
import { checkItems } from './lists.ts';
import { checkOpaque, checkSelectors } from './validate-selectors.ts';

const SPEC = fieldPath('spec');

function validate({ spec }: DeviceClass): Cause[] {
  const out: Cause[] = [];
  const { selectors, config, extendedResourceName: name } = spec ?? {};
  checkSelectors(selectors, SPEC.child('selectors'), out);
  checkItems(config, LISTED_MAX, SPEC.child('config'), ({ opaque }, path) => checkOpaque(opaque, path.child('opaque'), out), out);
  if (name !== undefined && !isExtendedResource(name)) {
    out.push(invalidValue(SPEC.child('extendedResourceName'), name, 'must be a valid extended resource name'));
  }
  return out;
}

/** A name with a domain that is not Kubernetes' own. */
const isExtendedResource = (name: string): boolean =>
  name.includes('/') &&
  !/(^|\.)kubernetes\.io\//.test(name) &&
  !name.startsWith('requests.') &&
  qualifiedName(`requests.${name}`).length === 0;

export const deviceClassRow = defineKind<DeviceClass>(DeviceClasses, {
  strategy: {
    validate,
    warnings: () => [nobodyActs('DeviceClass', 'no devices are allocated')],
  },
});
