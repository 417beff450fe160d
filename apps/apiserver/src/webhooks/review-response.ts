import { Buffer } from 'node:buffer';
import { apiVersionOf } from '@kubernats/api';
import { goQuote, type JsonObject } from '@kubernats/apimachinery';
import type { StatusDetails } from '@kubernats/errors';
import { jsonTypeOf, parseReview } from './parse-review.ts';

/** What a webhook has decided. */
export interface Decision {
  allowed: boolean;
  /** Why not. */
  status: { code?: number; message?: string; reason?: string; details?: StatusDetails } | undefined;
  /** A JSON patch as text, of mutating webhooks. */
  patch: string | undefined;
  patchType: string | undefined;
  warnings: readonly string[];
  auditAnnotations: Readonly<Record<string, string>>;
}

/** The answer cannot be read: what a client of Kubernetes would say. */
export class UndecodableReview extends Error {
  override readonly name = 'UndecodableReview';
}

/** The answer can be read, and is none to what was asked. */
export class InvalidReview extends Error {
  override readonly name = 'InvalidReview';
}

/** Reads a webhook's AdmissionReview. Throws `UndecodableReview` and `InvalidReview`, in Kubernetes' words. */
export function readReview(bytes: Uint8Array, expected: { uid: string; version: string; mutating: boolean }): Decision {
  const review = parsed(bytes);
  checkKind(review);
  const response = field(review, 'response', 'object', 'AdmissionReview.response', 'v1.AdmissionResponse');
  if (!response) throw new InvalidReview('webhook response was absent');
  const { decision, uid } = decode(response);
  if (uid !== expected.uid) throw new InvalidReview(`expected response.uid=${goQuote(expected.uid)}, got ${goQuote(uid)}`);
  checkVersion(review, expected.version);
  checkPatch(decision, expected.mutating);
  return decision;
}

function parsed(bytes: Uint8Array): JsonObject {
  try {
    return parseReview(bytes);
  } catch (error) {
    throw new UndecodableReview(error instanceof Error ? error.message : String(error));
  }
}

function checkKind({ kind = '', apiVersion = '' }: JsonObject): void {
  if (kind === '' || (kind === 'AdmissionReview' && (apiVersion === '' || REVIEWS.has(String(apiVersion))))) return;
  throw new UndecodableReview(
    `no kind ${goQuote(String(kind))} is registered for version ${goQuote(String(apiVersion))} in scheme "pkg/runtime/scheme.go:110"`,
  );
}

const REVIEWS = new Set(['admission.k8s.io/v1', 'admission.k8s.io/v1beta1']);

/** The older version may be left out, as it could be before there was another. */
function checkVersion({ kind = '', apiVersion = '' }: JsonObject, version: string): void {
  const wanted = apiVersionOf({ group: 'admission.k8s.io', version });
  if (kind === 'AdmissionReview' && apiVersion === wanted) return;
  if (version === 'v1beta1' && kind === '' && apiVersion === '') return;
  const given = apiVersion === '' ? '/' : String(apiVersion);
  throw new InvalidReview(`expected webhook response of ${wanted}, Kind=AdmissionReview, got ${given}, Kind=${String(kind)}`);
}

function decode(response: JsonObject): { decision: Decision; uid: string } {
  const at = 'AdmissionReview.response';
  const of = <T extends GoType>(name: string, type: T, go: string) => field(response, name, type, `${at}.${name}`, go);
  const patch = of('patch', 'string', '[]uint8');
  return {
    uid: of('uid', 'string', 'types.UID') ?? '',
    decision: {
      allowed: of('allowed', 'bool', 'bool') ?? false,
      status: statusOf(of('status', 'object', 'v1.Status')),
      patch: patch === undefined || patch === '' ? undefined : fromBase64(patch),
      patchType: of('patchType', 'string', 'v1.PatchType'),
      warnings: texts(of('warnings', 'array', '[]string') ?? [], `${at}.warnings`),
      auditAnnotations: annotations(of('auditAnnotations', 'object', 'map[string]string') ?? {}, `${at}.auditAnnotations`),
    },
  };
}

function statusOf(status: JsonObject | undefined): Decision['status'] {
  if (!status) return undefined;
  const at = 'Status.response.status';
  const details = field(status, 'details', 'object', `${at}.details`, 'v1.StatusDetails');
  return {
    code: field(status, 'code', 'number', `${at}.code`, 'int32'),
    message: field(status, 'message', 'string', `${at}.message`, 'string'),
    reason: field(status, 'reason', 'string', `${at}.reason`, 'v1.StatusReason'),
    ...(details ? { details: details as StatusDetails } : {}),
  };
}

function checkPatch({ patch, patchType }: Decision, mutating: boolean): void {
  const problem = mutating ? mutatingProblem(patch, patchType) : validatingProblem(patch, patchType);
  if (problem !== undefined) throw new InvalidReview(problem);
}

function mutatingProblem(patch: string | undefined, patchType: string | undefined): string | undefined {
  if (patch !== undefined && patchType === undefined) return 'webhook returned response.patch but not response.patchType';
  if (patch === undefined && patchType !== undefined) return 'webhook returned response.patchType but not response.patch';
  return patchType === '' ? 'webhook returned invalid response.patchType of ""' : undefined;
}

function validatingProblem(patch: string | undefined, patchType: string | undefined): string | undefined {
  if (patch !== undefined) return 'validating webhook may not return response.patch';
  return patchType === undefined ? undefined : 'validating webhook may not return response.patchType';
}

interface GoTypes {
  string: string;
  bool: boolean;
  number: number;
  object: JsonObject;
  array: unknown[];
}
type GoType = keyof GoTypes;

/** A field of the type that it must have; undefined when it is absent or null. */
function field<T extends GoType>(of: JsonObject, name: string, type: T, path: string, go: string): GoTypes[T] | undefined {
  const value = Object.hasOwn(of, name) ? of[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (isOfType(value, type)) return value;
  throw new UndecodableReview(`json: cannot unmarshal ${jsonTypeOf(value)} into Go struct field ${path} of type ${go}`);
}

const isOfType = <T extends GoType>(value: unknown, type: T): value is GoTypes[T] => jsonTypeOf(value) === type;

const texts = (list: readonly unknown[], path: string): string[] =>
  list.map((value) => {
    if (typeof value === 'string') return value;
    throw new UndecodableReview(`json: cannot unmarshal ${jsonTypeOf(value)} into Go struct field ${path} of type string`);
  });

function annotations(map: JsonObject, path: string): Record<string, string> {
  const values = texts(Object.values(map), path);
  return Object.fromEntries(Object.keys(map).map((key, i) => [key, values[i] ?? '']));
}

/** Strict where Node is not. */
function fromBase64(text: string): string {
  const plain = text.replace(/[\r\n]/g, '');
  const good = /^[A-Za-z0-9+/]*={0,2}/.exec(plain)?.[0].length ?? 0;
  if (good < plain.length || plain.length % 4 !== 0) throw new UndecodableReview(`illegal base64 data at input byte ${good}`);
  return Buffer.from(plain, 'base64').toString('utf8');
}
