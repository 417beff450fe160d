export * from './transport.ts';
export * from './wire.ts';
export type * from './node-protocol.ts';
