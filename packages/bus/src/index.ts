export type { Bus, BusMessage, BusStatus, BusSubscription, ByteStream, RequestOptions } from './port.ts';
export * from './subjects.ts';
