import { isJsonObject } from '@kubernats/apimachinery';
import { parseApiSubject } from '@kubernats/bus';
import { type ApiRequest, decodeFrame, type RequestHead, type Verb } from '@kubernats/client';
import { badRequest } from '@kubernats/errors';

const VERBS = new Set<string>(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] satisfies Verb[]);
const TEXTS = ['version', 'subresource', 'namespace', 'name', 'contentType'] satisfies (keyof RequestHead)[];

const isVerb = (text: string): text is Verb => VERBS.has(text);

/** A request as it came over the bus, and who sent it: the subject says so, which the server lets nobody else use. Throws BadRequest. */
export function readRequest(subject: string, data: Uint8Array): { identity: string; request: ApiRequest } {
  const { identity, verb, group, resource } = partsOf(subject);
  if (!isVerb(verb)) throw badRequest(`unknown verb ${JSON.stringify(verb)}`);
  const { head, body } = frameOf(data);
  return { identity, request: { ...head, verb, group, resource, body } };
}

function partsOf(subject: string): { identity: string; verb: string; group: string; resource: string } {
  try {
    const parts = parseApiSubject(subject);
    if (parts) return parts;
  } catch {
    // Said below: a token that cannot be decoded is none.
  }
  throw badRequest(`${JSON.stringify(subject)} is not the subject of a request`);
}

function frameOf(data: Uint8Array): { head: RequestHead; body: Uint8Array } {
  try {
    const { head, body } = decodeFrame<unknown>(data);
    if (isHead(head)) return { head, body };
  } catch {
    // Said below: text that is no JSON is no head.
  }
  throw badRequest("the request's head is not valid");
}

function isHead(head: unknown): head is RequestHead {
  if (!isJsonObject(head) || typeof head.version !== 'string') return false;
  if (TEXTS.some((name) => head[name] !== undefined && typeof head[name] !== 'string')) return false;
  const { query, term } = head;
  if (term !== undefined && !isTerm(term)) return false;
  return query === undefined || (isJsonObject(query) && Object.values(query).every((value) => typeof value === 'string'));
}

function isTerm(term: unknown): boolean {
  if (!isJsonObject(term)) return false;
  return ['namespace', 'lease', 'holder'].every((name) => typeof term[name] === 'string') && Number.isSafeInteger(term.transitions);
}
