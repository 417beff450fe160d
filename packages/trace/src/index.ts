export type * from './line.ts';
export { createTracePublisher, type TracePublisher, type TracePublisherDeps } from './publisher.ts';
export { ANNOUNCE_EVERY_MS, announcementOf, type ObservedConnection, type ProxyReport, readReport } from './report.ts';
