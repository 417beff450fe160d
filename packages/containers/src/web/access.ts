import type { IncomingMessage, ServerResponse } from 'node:http';
import { commonLogTime } from '../texts/time.ts';

/** A request that has been answered. */
export interface Access {
  client: string;
  /** Milliseconds since the epoch. */
  atMs: number;
  method: string;
  /** Path and query, as they were asked for. */
  target: string;
  version: string;
  status: number;
  /** Of the body. */
  bytes: number;
  header(name: 'referer' | 'user-agent' | 'x-forwarded-for' | 'host'): string;
}

export function accessOf(request: IncomingMessage, response: ServerResponse, client: string, atMs: number): Access {
  const bytes = request.method === 'HEAD' ? 0 : Number(response.getHeader('content-length') ?? 0);
  return {
    ...{ client, atMs, method: request.method ?? '', target: request.url ?? '', version: `HTTP/${request.httpVersion}` },
    ...{ status: response.statusCode, bytes },
    header: (name) => String(request.headers[name] ?? '-'),
  };
}

/** Apache's `common` format. */
export function commonLog({ client, atMs, method, target, version, status, bytes }: Access): string {
  return `${client} - - [${commonLogTime(atMs)}] "${method} ${target} ${version}" ${status} ${bytes}`;
}

/** The `combined` format: the common one with who sent the client, and what the client is. */
export function combinedLog(access: Access): string {
  return `${commonLog(access)} "${access.header('referer')}" "${access.header('user-agent')}"`;
}
