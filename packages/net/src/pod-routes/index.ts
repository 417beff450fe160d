export { ipRoutes } from './adapters/ip-routes.ts';
export type { HostRoute, HostRoutes } from './host-routes.ts';
export { MemoryRoutes } from './memory-routes.ts';
export { createPodRoutes, type PodRoutes, type PodRoutesConfig, type PodRoutesDeps } from './pod-routes.ts';
