import { fieldPath } from '@kubernats/apimachinery';
import type { Pod } from '../../../../generated/types.ts';
import { podSpecWarnings } from '../pod-template/warnings.ts';

export const podWarnings = (pod: Pod, old: Pod | undefined): string[] =>
  // An update of a Pod can change next to nothing that is warned of: its author has been told.
  old || !pod.spec ? [] : podSpecWarnings(pod.spec, fieldPath('spec'));
