export type * from '../generated/types.ts';
export type * from './kind.ts';
export type * from './object.ts';
