// How requests, answers and watch events look on the bus. One line of JSON, a line feed, then the body's bytes untouched:
// an object that is already serialised is never parsed or escaped again on its way.
import { Buffer } from 'node:buffer';
import type { ApiRequest } from './transport.ts';

const LINE_FEED = 0x0a;
const decoder = new TextDecoder();

/** What the subject does not say of a request. */
export type RequestHead = Omit<ApiRequest, 'body' | 'verb' | 'group' | 'resource'>;

export interface ResponseHead {
  code: number;
  warnings?: string[];
  /** More chunks of the same body follow. */
  more?: boolean;
}

/** The answer to `watch` (the body after a `ResponseHead`, as JSON): where events will be published, by whom, and from which revision on. */
export interface WatchGrant {
  /** The last token of `watchSubject`. */
  id: string;
  /** The publisher's instance, for `renewSubject`. */
  instance: string;
  /** Changes whenever the publisher starts anew: events of another epoch are not continuous with these. */
  epoch: string;
  /** Renew within this time, or the publisher stops. Milliseconds. */
  renewWithinMs: number;
  /** A heartbeat comes at least this often. Milliseconds. */
  heartbeatMs: number;
}

/** What a follower asks on `renewSubject` while it wants the events of its watches. Any answer will do. */
export interface WatchRenewal {
  /** The ids of all its grants by this instance. */
  ids: string[];
}

export interface WatchEventHead {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'HEARTBEAT';
  epoch: string;
  /** Of a change: its revision. Of a heartbeat: the revision of the last change that was published. */
  revision: number;
  /** The revision of the change that was published before this one on the same watch (0: none). */
  previous: number;
}

export function encodeFrame(head: object, body?: Uint8Array): Uint8Array {
  const line = `${JSON.stringify(head)}\n`;
  if (!body || body.length === 0) return Buffer.from(line);
  const length = Buffer.byteLength(line);
  const frame = Buffer.allocUnsafe(length + body.length);
  frame.write(line);
  frame.set(body, length);
  return frame;
}

export function decodeFrame<Head>(frame: Uint8Array): { head: Head; body: Uint8Array } {
  const end = frame.indexOf(LINE_FEED);
  const line = end === -1 ? frame : frame.subarray(0, end);
  return { head: JSON.parse(decoder.decode(line)) as Head, body: end === -1 ? new Uint8Array() : frame.subarray(end + 1) };
}
