import { copyJson, getPath, invalidValue } from '@kubernats/apimachinery';
import { badRequest, invalid, StatusError } from '@kubernats/errors';
import { KINDS } from '../kinds/index.ts';
import type { KubeObject } from '../object.ts';
import { apiVersionOf } from '../refs.ts';
import { objectSchema } from '../schema/object-schema.ts';
import { ConformError, conform } from './conform.ts';
import { countKeys, inspectJson } from './inspect-json.ts';
import { type ParseYaml, parseYamlHere } from './parse-yaml-here.ts';
import type { DecodeTarget } from './target.ts';

/** What becomes of unknown and duplicate fields: refused, answered with a warning (the default), or dropped in silence. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface Decoded<T extends KubeObject = KubeObject> {
  object: T;
  warnings: string[];
}

const text = new TextDecoder();

/**
 * Reads a JSON body as an object of the target's kind (`decodeYaml` reads YAML). The result is the caller's own, carries
 * kind and apiVersion, has no unknown field and no null; quantities and times are in canonical form. Required fields are not
 * looked at: that is validation. Throws BadRequest in Kubernetes' words.
 */
export function decodeObject(target: DecodeTarget, body: Uint8Array, options: { fieldValidation?: FieldValidation } = {}): Decoded {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.decode(body));
  } catch {
    throw unrecognized(target, `couldn't get version/kind; json parse error: ${inspectJson(body).error ?? 'invalid JSON'}`, body);
  }
  const mode = options.fieldValidation ?? 'Warn';
  return decodeParsed(target, parsed, body, mode, mode === 'Ignore' ? undefined : body);
}

/** What a patch made of an object. */
export interface Patched {
  value: unknown;
  /** The outcome of the patch, or the patch itself, as the error shows it. */
  shown(): string;
  /** It was decoded before it was patched: a strategic merge. */
  wasDecoded: boolean;
  /** Fields that came twice in the patch. */
  duplicates: readonly string[];
}

/** As `decodeValue`, of the outcome of a patch. What does not fit is the patch's fault: throws Invalid, which names it, where Kubernetes does. */
export function decodePatched(target: DecodeTarget, patched: Patched, fieldValidation: FieldValidation): Decoded {
  const { value, duplicates } = patched;
  const fault = (why: string) => {
    const { message, field } = invalidValue('patch', patched.shown(), why);
    return new StatusError('Invalid', ` "" is invalid: patch: ${message}`, { causes: [{ reason: 'FieldValueInvalid', message, field }] });
  };
  const why = ({ message, ofValues }: ConformError): string => (patched.wasDecoded ? (ofValues ?? message) : message);
  return decodeParsed(target, copyJson(value), undefined, fieldValidation, undefined, { fault, why, duplicates });
}

/** As `decodeObject`, of a value that is parsed already. `value` is copied: it may share parts with what is frozen. */
export function decodeValue(target: DecodeTarget, value: unknown, options: { fieldValidation?: FieldValidation } = {}): Decoded {
  return decodeParsed(target, copyJson(value), undefined, options.fieldValidation ?? 'Warn', undefined);
}

/** As `decodeObject`, of a YAML body (`application/yaml`). The parser, unless another is given, is loaded when it is first needed. */
export async function decodeYaml(
  target: DecodeTarget,
  body: Uint8Array,
  options: { fieldValidation?: FieldValidation; parseYaml?: ParseYaml | undefined } = {},
): Promise<Decoded> {
  const { value, error, duplicates } = await (options.parseYaml ?? parseYamlHere)(text.decode(body));
  if (error !== undefined) throw unrecognized(target, interpretError(error), body);
  const mode = options.fieldValidation ?? 'Warn';
  if (mode === 'Ignore' || duplicates.length === 0) return decodeParsed(target, value, body, mode, undefined);
  const problem = `error converting YAML to JSON: yaml: unmarshal errors:\n${duplicates.map((line) => `  ${line}`).join('\n')}`;
  if (mode === 'Strict') throw cannotBeHandled(target, `strict decoding error: ${problem}`);
  const decoded = decodeParsed(target, value, body, mode, undefined);
  return { ...decoded, warnings: [problem, ...decoded.warnings] };
}

/** As `decodeObject`, of Kubernetes' protobuf (`application/vnd.kubernetes.protobuf`). Its reader is loaded when it is first needed. */
export async function decodeProtobuf(
  target: DecodeTarget,
  body: Uint8Array,
  options: { fieldValidation?: FieldValidation } = {},
): Promise<Decoded> {
  const { openEnvelope, ProtobufError, readMessage } = await import('../protobuf/read-protobuf.ts');
  let envelope: ReturnType<typeof openEnvelope> | undefined;
  try {
    envelope = openEnvelope(body);
    const { apiVersion, kind, message } = envelope;
    // What is of another kind is refused for its name.
    const fields = kind === target.kind || kind === '' ? readMessage(target.definition, message) : {};
    return decodeParsed(target, { ...fields, apiVersion, kind }, body, options.fieldValidation ?? 'Warn', undefined);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw envelope ? cannotBeHandled(target, error.message) : unrecognized(target, error.message, body);
  }
}

function decodeParsed(
  target: DecodeTarget,
  parsed: unknown,
  body: Uint8Array | undefined,
  mode: FieldValidation,
  checkDuplicates: Uint8Array | undefined,
  patch?: { fault: (why: string) => StatusError; why: (error: ConformError) => string; duplicates: readonly string[] },
): Decoded {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    const shown = parsed === null ? undefined : Array.isArray(parsed) ? 'array' : typeof parsed === 'boolean' ? 'bool' : typeof parsed;
    // A bare `null` is an empty object to Go, of the kind that the path names.
    if (shown === undefined) return { object: { kind: target.kind, apiVersion: apiVersionOf(target) }, warnings: [] };
    const go = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
    throw unrecognized(target, interpretError(`json: cannot unmarshal ${shown} into Go value of type ${go}`), body);
  }
  checkKind(target, parsed, body);
  try {
    const { value, unknownFields, keys } = target.custom ? target.custom.conform(parsed) : conform(objectSchema(target.definition), parsed);
    const problems = unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`);
    if (patch) problems.unshift(...patch.duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`));
    if (checkDuplicates && countKeys(checkDuplicates) !== keys) {
      problems.push(...inspectJson(checkDuplicates).duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`));
    }
    if (mode === 'Strict' && problems.length > 0) throw new ConformError(`strict decoding error: ${problems.join(', ')}`);
    return { object: named(target, value), warnings: mode === 'Warn' ? problems : [] };
  } catch (error) {
    if (!(error instanceof ConformError)) throw error;
    throw patch ? patch.fault(patch.why(error)) : cannotBeHandled(target, error.message);
  }
}

function cannotBeHandled(target: DecodeTarget, why: string): StatusError {
  return badRequest(`${target.kind} in version "${target.version}" cannot be handled as a ${target.kind}: ${why}`);
}

function named(target: DecodeTarget, value: object): KubeObject {
  const object: KubeObject = value;
  const apiVersion = target.anyVersion ? (object.apiVersion ?? apiVersionOf(target)) : apiVersionOf(target);
  if (object.kind === target.kind && object.apiVersion === apiVersion) return object;
  return { ...object, kind: target.kind, apiVersion };
}

/** Kind and apiVersion must be the path's, or be left out. */
function checkKind(target: DecodeTarget, parsed: object, body: Uint8Array | undefined): void {
  const { apiVersion = '', kind = '' } = parsed as { apiVersion?: unknown; kind?: unknown };
  for (const [field, value] of Object.entries({ apiVersion, kind })) {
    if (typeof value === 'string' || value === null) continue;
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    throw unrecognized(target, interpretError(`json: cannot unmarshal ${type} into Go struct field .${field} of type string`), body);
  }
  const wanted = apiVersionOf(target);
  const givenVersion = typeof apiVersion === 'string' && apiVersion !== '' ? apiVersion : wanted;
  const givenKind = typeof kind === 'string' && kind !== '' ? kind : target.kind;
  const isKnown = givenVersion === wanted || target.anyVersion || target.formerVersions?.includes(givenVersion);
  if (givenKind === target.kind && isKnown) return;
  const slashes = givenVersion.split('/');
  if (slashes.length > 2) throw unrecognized(target, `unexpected GroupVersion string: ${givenVersion}`, body);
  throw target.custom ? customMismatch(target, parsed, givenVersion, givenKind) : mismatch(target, givenVersion, givenKind);
}

function mismatch(target: DecodeTarget, apiVersion: string, kind: string): StatusError {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const served = KINDS.find((row) => row.kind === kind && row.group === group && row.version === version);
  if (!served) {
    const why = `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;
    return badRequest(`${kind} in version "${version}" cannot be handled as a ${target.kind}: ${why}`);
  }
  if (kind === target.kind) return otherVersion(target, apiVersion);
  const why = `converting (${version}.${kind}) to (${goPackage(target.group)}.${target.kind}): unknown conversion`;
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${target.kind}: ${why}`);
}

/** Any kind can be read as a custom resource: that it is another one is a fault of the object. */
function customMismatch(target: DecodeTarget, parsed: object, apiVersion: string, kind: string): StatusError {
  if (apiVersion !== apiVersionOf(target)) return otherVersion(target, apiVersion);
  const name = getPath(parsed, ['metadata', 'name']);
  const cause = invalidValue('kind', kind, `must be ${target.kind}`);
  return invalid(target.group, kind, typeof name === 'string' ? name : '', [cause]);
}

const otherVersion = (target: DecodeTarget, apiVersion: string): StatusError =>
  badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(target)})`);

const goPackage = (group: string): string => (group === '' || group === 'events.k8s.io' ? 'core' : (group.split('.')[0] ?? group));

const interpretError = (why: string): string => `couldn't get version/kind; json parse error: ${why}`;

function unrecognized(target: DecodeTarget, why: string, body: Uint8Array | undefined): StatusError {
  return badRequest(`the object provided is unrecognized (must be of type ${target.kind}): ${why}${body ? ` (${summary(body)})` : ''}`);
}

/** The beginning of a body that could not be read: as text when it looks like JSON, else in hex. */
function summary(body: Uint8Array): string {
  const shown = 30;
  if (body.length === 0) return '<empty>';
  const head = body.subarray(0, shown);
  const visible = body[0] === 0x7b ? text.decode(head) : Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return body.length > shown ? `${visible} ...` : visible;
}
