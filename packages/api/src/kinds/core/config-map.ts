import { ConfigMaps } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const configMapRow = defineKind(ConfigMaps, {
  shortNames: ['cm'],
});
