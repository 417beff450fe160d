import { Events } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { fromCoreEvent, toCoreEvent } from './conversion.ts';

export const eventRow = defineKind(Events, {
  shortNames: ['ev'],
  stream: 'events',
  storedAs: { group: '', version: 'v1', plural: 'events', toStored: toCoreEvent, fromStored: fromCoreEvent },
});
