import { badRequest, StatusError } from '@kubernats/errors';
import fastJsonPatch, { type Operation } from 'fast-json-patch';
import { assertDepth, copyJson, isJsonObject, MAX_JSON_DEPTH } from '../json.ts';

/** As kube-apiserver: more operations than this are refused. */
const MAX_OPERATIONS = 10_000;
/** How much a patch's `copy` operations may copy in all: each may double the document. As kube-apiserver, 3 MiB. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);
const NEEDS_VALUE = new Set(['add', 'replace', 'test']);

/**
 * Applies a JSON Patch (RFC 6902) and returns a new document that shares nothing with the old one or with the patch.
 * Throws BadRequest for what is no patch, Invalid (422) for one that does not apply, in kube-apiserver's words.
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  const operations = operationsOf(patch);
  let patched = copyJson(document);
  let copiedBytes = 0;
  for (const operation of operations) {
    checkOwnPath(patched, operation);
    if (operation.op === 'copy') {
      copiedBytes += JSON.stringify(valueAt(patched, pointerTokens(operation.from))).length;
      if (copiedBytes > MAX_COPIED_BYTES) throw doesNotApply();
    }
    patched = applied(patched, operation);
  }
  return patched;
}

function operationsOf(patch: unknown): Operation[] {
  if (!Array.isArray(patch)) {
    const kind = patch === null ? 'null' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(`json: cannot unmarshal ${kind} into Go value of type jsonpatch.Patch`);
  }
  if (patch.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`;
    throw new StatusError('RequestEntityTooLarge', `Request entity is too large: ${message}`);
  }
  return patch.map((operation) => {
    if (!isJsonObject(operation)) throw badRequest('json: cannot unmarshal into Go value of type jsonpatch.Operation');
    if (!isOperation(operation)) throw doesNotApply();
    return operation;
  });
}

function isOperation(value: object): value is Operation {
  const { op, path, from } = value as { op?: unknown; path?: unknown; from?: unknown };
  if (typeof op !== 'string' || !OPERATIONS.has(op) || typeof path !== 'string') return false;
  if (NEEDS_VALUE.has(op)) return Object.hasOwn(value, 'value');
  return op === 'remove' || typeof from === 'string';
}

/** The library follows inherited fields (`constructor`, `toString`), through which a patch could reach shared objects. */
function checkOwnPath(document: unknown, operation: Operation): void {
  const tokens = pointerTokens(operation.path);
  const creates = operation.op === 'add' || operation.op === 'copy' || operation.op === 'move';
  const mustExist = creates ? tokens.slice(0, -1) : tokens;
  if (valueAt(document, mustExist) === undefined) throw doesNotApply();
  if (operation.op === 'copy' || operation.op === 'move') {
    const source = valueAt(document, pointerTokens(operation.from));
    if (source === undefined) throw doesNotApply();
    checkDepth(source, tokens.length);
  } else if (operation.op === 'add' || operation.op === 'replace') {
    checkDepth(operation.value, tokens.length);
  }
}

function applied(document: unknown, operation: Operation): unknown {
  // The value becomes part of the document, which later operations change: the patch itself must stay as it is.
  const own = 'value' in operation ? { ...operation, value: copyJson(operation.value) } : operation;
  try {
    return fastJsonPatch.applyOperation(document, own, true, true, true).newDocument;
  } catch {
    throw doesNotApply();
  }
}

const doesNotApply = (): StatusError => new StatusError('Invalid', 'the server rejected our request due to an error in our request', {});

/** The steps of a JSON pointer (RFC 6901). */
function pointerTokens(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw doesNotApply();
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The own value at a path; undefined where there is none. */
function valueAt(document: unknown, tokens: readonly string[]): unknown {
  let at = document;
  for (const token of tokens) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, token)) return undefined;
    if (Array.isArray(at) && !/^(0|[1-9][0-9]*)$/.test(token)) return undefined;
    at = (at as Record<string, unknown>)[token];
  }
  return at;
}

/** Throws when `value`, put `depth` levels deep, would nest too deeply. */
function checkDepth(value: unknown, depth: number): void {
  if (depth > MAX_JSON_DEPTH) assertDepth(depth);
  if (typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value)) checkDepth(part, depth + 1);
}
