import { EndpointSlices } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const endpointSliceRow = defineKind(EndpointSlices, {});
