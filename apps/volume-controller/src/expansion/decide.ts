import type { PersistentVolumeClaim } from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import type { Note } from '../claim/decide.ts';

const EXTERNAL: Note = {
  type: 'Normal',
  reason: 'ExternalExpanding',
  message: 'waiting for an external controller to expand this PVC',
};

/** What to tell a claim that asks for more than it holds; undefined: it does not. */
export function decide({ spec, status }: PersistentVolumeClaim): Note | undefined {
  if (status?.phase !== 'Bound') return undefined;
  return quantityValue(spec?.resources?.requests?.storage) > quantityValue(status.capacity?.storage) ? EXTERNAL : undefined;
}
