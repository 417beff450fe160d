import type { SecureServerOptions } from 'node:http2';

/** As kube-apiserver's `ReadHeaderTimeout`: a client that takes longer over its head is let go (slow loris), and over its handshake. */
const HEAD_WITHIN_MS = 32_000;
/** As Go's `MaxHeaderBytes`: long selectors are in the URL. Node's own 16 KiB refuse them. */
const HEAD_BYTES = 1024 * 1024;
/** As kube-apiserver's: what 99 of 100 requests fit into. Node's 64 KiB make an object of 1 MiB wait for the client's acknowledgements. */
const WINDOW_BYTES = 256 * 1024;
/** As kube-apiserver's since the "rapid reset" attacks (CVE-2023-44487): a client waits with further requests by itself. */
const STREAMS = 100;
/** Megabytes. Node's own 10 are less than one list: streams that come while it waits to be read would be refused. Bounded by the streams that may be open. */
const SESSION_MEGABYTES = 512;
/**
 * What a connection of HTTP/2 may have sent that is not read yet: the windows of all its streams, as kube-apiserver's. With Node's own 64 KiB one body that nobody
 * reads, as that of a proxied request, would hold up all the others.
 */
export const CONNECTION_WINDOW_BYTES = WINDOW_BYTES * STREAMS;
/** How long a connection of HTTP/1.1 has to send the rest of a body that was answered before its end. */
export const LINGER_MS = 5_000;
/** How long a connection may be idle: kube-apiserver's `IdleTimeout`. */
export const IDLE_MS = 90_000;

/**
 * How many streams a client may reset before its connection is closed with all that runs on it (rapid reset), and how many more each second. Node's own
 * 1 000 + 33 cut off the curl of Debian 12, which resets each POST once it is answered, and who begins and ends many watches; kube-apiserver has no such
 * limit. A stream that is reset costs no more than one that is answered. So few more each second as a machine can take that is slow and busy: else it
 * would never come to the limit.
 */
const RESETS = { streamResetBurst: 10_000, streamResetRate: 100 };

/** Node's defaults that are kept: 2 000 header fields, 32 SETTINGS a frame, 10 unanswered PINGs, and 1 000 invalid frames. */
export const SERVER_OPTIONS = {
  allowHTTP1: true,
  requestCert: true,
  rejectUnauthorized: false,
  handshakeTimeout: HEAD_WITHIN_MS,
  maxHeaderSize: HEAD_BYTES,
  // A head of HTTP/2 is counted in fields, too: as many as HTTP/1.1 may have.
  maxHeaderListPairs: 2_000,
  maxSessionMemory: SESSION_MEGABYTES,
  ...RESETS,
  // A head that is late is found at the next look: Node looks every 30 s, and would let it be twice as late.
  connectionsCheckingInterval: 5_000,
  settings: { maxConcurrentStreams: STREAMS, initialWindowSize: WINDOW_BYTES, maxFrameSize: WINDOW_BYTES, maxHeaderListSize: HEAD_BYTES },
} satisfies SecureServerOptions & { maxHeaderSize: number; connectionsCheckingInterval: number };

/** What a server of HTTP/1.1 takes after it was made. A body has no time of its own: its request has. */
export const HTTP1_TIMEOUTS = { keepAliveTimeout: IDLE_MS, headersTimeout: HEAD_WITHIN_MS, requestTimeout: 0 };
