import type { DeleteOptions, KindRow, KubeObject, ParseYaml } from '@kubernats/api';
import type { ApiRequest } from '@kubernats/client';
import type { StatusObject } from '@kubernats/errors';
import type { AuditTrail } from './audit/audit-trail.ts';
import type { Selection } from './cache/selection.ts';
import type { Stored } from './cache/stored.ts';
import type { Wanted } from './encode/media.ts';
import type { ProxyTarget } from './proxy/proxy-target.ts';
import type { StreamService } from './streams/stream-service.ts';

/** Who asks, as a door has authenticated them. */
export interface UserInfo {
  name: string;
  uid?: string;
  groups: readonly string[];
  /** More that is known of them, such as the Pod that their token is bound to. */
  extra?: Readonly<Record<string, readonly string[]>>;
}

/** What a door hands to the pipeline. */
export interface Incoming {
  request: ApiRequest;
  user: UserInfo;
  /** The `Accept` header. Absent: JSON. */
  accept?: string;
  userAgent?: string;
  /** Absent: nobody wants to know of it afterwards. */
  trail?: AuditTrail;
  /** Aborts when the caller has gone. */
  signal?: AbortSignal;
  /** The caller wants the connection for streams of its own. */
  upgrade?: {
    /** The query with all values of a name that comes several times, such as `command`. */
    parameters: URLSearchParams;
  };
}

/** A request that is being served: routed to a row of the table of kinds. */
export interface Call extends Incoming {
  row: KindRow;
  /** The form in which the caller reads the answer. */
  wanted: Wanted;
  query: Readonly<Record<string, string>>;
  /** Reads a body of YAML. Absent: it is read here and now. */
  parseYaml?: ParseYaml;
  /** Texts for `Warning` headers. */
  warnings: string[];
  /** What a deletion asks for. */
  deletion?: DeleteOptions & { isDryRun: boolean };
}

/** What a verb gives: meaning, not bytes yet. */
export type Result =
  | { type: 'stored'; code: number; stored: Stored }
  /** `row` tells how it prints as a table. */
  | { type: 'value'; code: number; object: KubeObject; row?: Pick<KindRow, 'columns'> }
  | { type: 'status'; code: number; object: StatusObject }
  /** Without a revision: of what is computed rather than kept. */
  | { type: 'list'; items: readonly Stored[]; revision?: number; continueToken?: string; remaining?: number }
  | { type: 'watch'; plan: WatchPlan }
  | { type: 'bytes'; stream: ByteSource }
  /** Only to a caller that can give up its connection. */
  | { type: 'upgrade'; service: StreamService }
  /** The request itself, its body unread, goes on to another server, whose answer is the answer. */
  | { type: 'proxy'; target: ProxyTarget };

/** A watch, ready to begin. */
export interface WatchPlan {
  selection: Selection;
  /** Events after this revision; undefined: the current objects first, as ADDED. */
  after: number | undefined;
  bookmarks: boolean;
  /** After the current objects comes a bookmark that says that they were all. */
  initialEventsEnd: boolean;
  timeoutMs: number;
}

/** Bytes that come as they are made: a log. */
export interface ByteSource {
  contentType: string;
  chunks: AsyncIterable<Uint8Array>;
  destroy(): void;
}
