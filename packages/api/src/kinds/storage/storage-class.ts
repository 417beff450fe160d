import { StorageClasses } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const storageClassRow = defineKind(StorageClasses, {
  shortNames: ['sc'],
});
