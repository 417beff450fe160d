import { PersistentVolumes } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const persistentVolumeRow = defineKind(PersistentVolumes, {
  shortNames: ['pv'],
  hasStatus: true,
});
