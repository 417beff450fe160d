import { PersistentVolumeClaims } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const persistentVolumeClaimRow = defineKind(PersistentVolumeClaims, {
  shortNames: ['pvc'],
  hasStatus: true,
});
