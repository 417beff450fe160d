export type { Choice, ConnectionEvent, ConnectionObserver } from './observer.ts';
export type { DataPlane, RoutePlane } from './plane/port.ts';
export { type KeepsSource, keepLoopbackSource } from './plane/source.ts';
export { type UserspaceOptions, type UserspacePlane, userspacePlane } from './plane/userspace.ts';
export {
  addressText,
  type Door,
  type Locality,
  listenKey,
  type Place,
  type PlaceOf,
  type Protocol,
  type Route,
  type RouteChanges,
  routeId,
  sameTargets,
} from './route.ts';
export { type Listening, RouteKeeper, type RouteKeeperOptions } from './route-keeper.ts';
export { endpointsOf, type PortEndpoint, usable } from './service/endpoints.ts';
export { affinityOf, protocolOf } from './service/fields.ts';
export { isLeaving, PROXY_HEALTHZ_PORT } from './service/node.ts';
