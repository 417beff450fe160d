import { CoreEvents } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const coreEventRow = defineKind(CoreEvents, {
  shortNames: ['ev'],
  stream: 'events',
});
