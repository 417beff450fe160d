// What the author of an image gets: the package `@kubernats/image`.
export type { Clock, Timer } from '@kubernats/clock';
export { type FileStat, type Files, FilesError } from '@kubernats/files';
export {
  type Address,
  type Connection,
  type Datagram,
  type DatagramSocket,
  type DialOptions,
  type Listener,
  NetworkError,
} from '@kubernats/net';
export { fetchHttp, type HttpAnswer, type HttpRequest } from './adapters/http.ts';
export { defineImage, type Image, type ImageContext, type Terminal } from './image.ts';
export type { PodNetwork } from './network/pod-network.ts';
export type { ContainerPort, Mount, PodIdentity, TerminalSize } from './port.ts';
export type { Meter } from './resources/meter.ts';
export type { SignalName } from './signals.ts';
export type { Access } from './web/access.ts';
export { type HttpHandler, type HttpOptions, serveHttp } from './web/serve-http.ts';
export { beforeStop, stopNow, untilStopped } from './web/until-stopped.ts';
