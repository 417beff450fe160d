// The frames of SPDY/3.1 as values. Source: draft-mbelshe-httpbis-spdy-00 and SPDY/3.1, section 2.6.

/** Names in lower case; values of a name that came several times are separated by NUL. */
export type Headers = ReadonlyMap<string, string>;

export type Frame =
  | { type: 'synStream'; id: number; headers: Headers; fin: boolean; unidirectional: boolean }
  | { type: 'synReply'; id: number; headers: Headers; fin: boolean }
  | { type: 'rstStream'; id: number; status: number }
  | { type: 'settings'; values: ReadonlyMap<number, number> }
  | { type: 'ping'; id: number }
  | { type: 'goAway'; lastId: number; status: number }
  | { type: 'headers'; id: number; headers: Headers; fin: boolean }
  | { type: 'windowUpdate'; id: number; delta: number }
  /** Of one data frame there may be several, `fin` with the last. */
  | { type: 'data'; id: number; bytes: Uint8Array; fin: boolean };

export const VERSION = 3;

export const ControlType = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const FLAG_FIN = 1;
export const FLAG_UNIDIRECTIONAL = 2;

export const ResetStatus = {
  protocolError: 1,
  invalidStream: 2,
  refusedStream: 3,
  cancel: 5,
  internalError: 6,
  flowControlError: 7,
} as const;

export const GoAwayStatus = { ok: 0, protocolError: 1 } as const;

export const SETTINGS_INITIAL_WINDOW = 7;
export const HEAD_BYTES = 8;
/** Of control frames; data frames are handed over as they come. */
export const CONTROL_BYTES_MAX = 64 * 1024;
export const WINDOW_BYTES = 64 * 1024;

/** The peer breaks the rules of the protocol; the connection is of no more use. */
export class SpdyError extends Error {
  override readonly name = 'SpdyError';
}
