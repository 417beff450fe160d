import type { Scale } from '../../generated/types.ts';
import type { KindRow } from '../kind.ts';
import { AGE, integer, NAME } from './common-columns.ts';

/** How the scale of an object prints: `kubectl get … --subresource=scale`. */
export const SCALE_TABLE: Pick<KindRow<Scale>, 'columns'> = {
  columns: [
    NAME,
    integer('Desired', 'desired number of instances for the scaled object.', ({ spec }) => spec?.replicas ?? 0),
    integer('Available', 'actual number of observed instances of the scaled object.', ({ status }) => status?.replicas ?? 0),
    AGE,
  ],
};
