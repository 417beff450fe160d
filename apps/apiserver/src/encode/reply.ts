import { Buffer } from 'node:buffer';
import { tableOf } from '@kubernats/api';
import { badRequest, type StatusError } from '@kubernats/errors';
import type { ByteSource, Call, Result, WatchPlan } from '../call.ts';
import { type Core, type Place, placeOf } from '../core.ts';
import type { ProxyTarget } from '../proxy/proxy-target.ts';
import type { StreamService } from '../streams/stream-service.ts';
import { type View, viewOf } from './view.ts';

/** An answer that is complete. */
export interface BodyReply {
  type: 'body';
  code: number;
  contentType: string;
  chunks: readonly Uint8Array[];
  warnings: readonly string[];
  /** What else the head says. HTTP only. */
  headers?: Readonly<Record<string, string>>;
}

/** What a door sends. */
export type Reply =
  | BodyReply
  | { type: 'watch'; place: Place; plan: WatchPlan; view: View; warnings: readonly string[] }
  | { type: 'bytes'; source: ByteSource; warnings: readonly string[] }
  | { type: 'upgrade'; service: StreamService }
  | { type: 'proxy'; target: ProxyTarget };

const JSON_TYPE = 'application/json';

/** Turns what a verb gave into bytes, in the form that the caller wants to read. */
export async function encodeReply(core: Core, call: Call, result: Result): Promise<Reply> {
  const { warnings, row, query, wanted } = call;
  if (result.type === 'bytes') return { type: 'bytes', source: result.stream, warnings };
  if (result.type === 'proxy') return result;
  if (result.type === 'upgrade') {
    return call.upgrade ? { type: 'upgrade', service: result.service } : encodeError(badRequest('Upgrade request required'), warnings);
  }
  const { form, yaml } = wanted;
  const view = () => viewOf(row, form, query.includeObject, core.clock);
  if (result.type === 'watch') return { type: 'watch', place: placeOf(core, row), plan: result.plan, view: view(), warnings };
  if (row.custom?.conversions) await prepared(placeOf(core, row), result);
  const chunks = bodyOf(core, call, result, view);
  const code = result.type === 'list' ? 200 : result.code;
  if (!yaml) return { type: 'body', code, contentType: JSON_TYPE, chunks, warnings };
  const { writeYaml } = await import('./write-yaml.ts');
  const text = writeYaml(Buffer.concat(chunks).toString('utf8'));
  return { type: 'body', code, contentType: 'application/yaml', chunks: [Buffer.from(text)], warnings };
}

/** Has everything converted that is going to be shown. */
async function prepared({ conversion }: Place, result: Result): Promise<void> {
  if (result.type === 'stored') await conversion?.prepare([result.stored.object]);
  if (result.type === 'list') await conversion?.prepareListed(result.items.map(({ object }) => object));
}

function bodyOf(
  core: Core,
  call: Call,
  result: Exclude<Result, { type: 'watch' | 'bytes' | 'upgrade' | 'proxy' }>,
  view: () => View,
): Buffer[] {
  switch (result.type) {
    case 'stored':
      return [view().one(result.stored)];
    case 'list': {
      const { revision, continueToken, remaining } = result;
      const metadata = {
        ...(revision === undefined ? {} : { resourceVersion: String(revision) }),
        ...(continueToken === undefined ? {} : { continue: continueToken }),
        ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
      };
      return view().list(result.items, metadata);
    }
    case 'status':
      return [Buffer.from(JSON.stringify(result.object))];
    case 'value': {
      if (call.wanted.form !== 'table' || !result.row) return [Buffer.from(JSON.stringify(result.object))];
      return [Buffer.from(JSON.stringify(tableOf(result.row, [result.object], { nowMs: core.clock.now() })))];
    }
  }
}

export function encodeError(error: StatusError, warnings: readonly string[]): BodyReply {
  const chunks = [Buffer.from(JSON.stringify(error.toStatus()))];
  const seconds = error.details?.retryAfterSeconds;
  const headers: Record<string, string> = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  return { type: 'body', code: error.code, contentType: JSON_TYPE, chunks, warnings, headers };
}

/** A success in plain text. */
export function plainReply(text: string, code = 200, headers: Readonly<Record<string, string>> = {}): BodyReply {
  const own = { 'x-content-type-options': 'nosniff', ...headers };
  return { type: 'body', code, contentType: 'text/plain; charset=utf-8', chunks: [Buffer.from(text)], warnings: [], headers: own };
}

/** A refusal in plain text, as Go's `http.Error` gives it: with the end of the line. */
export const textReply = (code: number, text: string, headers?: Readonly<Record<string, string>>): BodyReply =>
  plainReply(`${text}\n`, code, headers);
