export { fetchHttp, type HttpAnswer, type HttpRequest } from './adapters/http.ts';
export { defineImage, type Image, type ImageContext, repositoryOf, type Terminal } from './image.ts';
export { type PodNetwork, podNetwork } from './network/pod-network.ts';
export * from './port.ts';
export type { Meter } from './resources/meter.ts';
export { SIGNALS, type SignalName } from './signals.ts';
export { createSimRuntime, type SimRuntimeDeps } from './sim/sim-runtime.ts';
export type { Behaviour } from './status/behaviour.ts';
export { createStatusRuntime, type StatusRuntimeDeps } from './status/status-runtime.ts';
