import {
  type Decoded,
  type DecodeTarget,
  decodeObject,
  decodeProtobuf,
  decodeYaml,
  type FieldValidation,
  type KubeObject,
  type ParseYaml,
} from '@kubernats/api';
import { goQuote, notSupported } from '@kubernats/apimachinery';
import type { Verb } from '@kubernats/client';
import { badRequest, type Cause, invalid, StatusError } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { managerProblems } from './field-manager.ts';

/** The media type of a request's body, without its parameters. */
export function mediaType(call: Call): string {
  return (call.request.contentType ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase() || 'application/json';
}

const TEXT_TYPES = ['application/json', 'application/yaml'];
const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** The body is a configuration: server-side apply. */
export const APPLY_TYPE = 'application/apply-patch+yaml';

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  return new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

/** How unknown and duplicate fields are taken: `fieldValidation`, or a warning. */
export function fieldValidationOf({ query, request: { verb } }: Pick<Call, 'query' | 'request'>): FieldValidation {
  const given = query.fieldValidation ?? '';
  if (given === '' || given === 'Warn') return 'Warn';
  if (given === 'Strict' || given === 'Ignore') return given;
  throw invalidOptions(verb, notSupported('fieldValidation', given, ['', 'Ignore', 'Strict', 'Warn']));
}

/** Reads YAML for whoever sent the request. Absent: it is read here and now. */
export const yamlReader = ({ parseYaml, user }: Call): ParseYaml | undefined => parseYaml && ((source) => parseYaml(source, user.name));

/** The body as an object of the target's kind: JSON, YAML or protobuf. Unknown fields become warnings of the call. */
export async function bodyOf(call: Call, target: DecodeTarget): Promise<KubeObject> {
  const { object, warnings } = await decodedBody(call, target);
  call.trail?.object(object);
  call.warnings.push(...warnings);
  return object;
}

/** As `bodyOf`, with the warnings, of which the call hears nothing. */
export async function decodedBody(call: Call, target: DecodeTarget): Promise<Decoded> {
  const body = call.request.body ?? new Uint8Array();
  // What is wrong with the options is told before what is wrong with the object.
  isDryRun(call.query.dryRun, call.request.verb);
  const [problem] = managerProblems(call.query.fieldManager ?? '');
  if (problem) throw invalidOptions(call.request.verb, problem);
  const options = { fieldValidation: fieldValidationOf(call) };
  switch (mediaType(call)) {
    case 'application/json':
      return decodeObject(target, body, options);
    case 'application/yaml':
      return decodeYaml(target, body, { ...options, parseYaml: yamlReader(call) });
    case PROTOBUF:
      if (target.custom) throw unsupportedMediaType(TEXT_TYPES);
      return decodeProtobuf(target, body, options);
    default:
      throw unsupportedMediaType(target.custom ? TEXT_TYPES : [...TEXT_TYPES, PROTOBUF]);
  }
}

/**
 * The body as the object that the path names: namespace and name must agree with it, and are filled in from it.
 * `nameFromPath`: whether the path names the object.
 */
export function placed(call: Call, object: KubeObject, nameFromPath: boolean): Held {
  const { namespace = '', name = '' } = call.request;
  const metadata = object.metadata ?? {};
  if (nameFromPath && !metadata.name) {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (nameFromPath && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (call.row.namespaced) {
    if (metadata.namespace && metadata.namespace !== namespace) {
      throw badRequest(
        nameFromPath
          ? `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`
          : 'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    metadata.namespace = namespace;
  }
  return { ...object, metadata };
}

/** Whether nothing is to be written: `dryRun=All`. */
export function isDryRun(dryRun: string | readonly string[] | undefined, verb: Verb = 'create'): boolean {
  const given = dryRun === undefined ? [] : typeof dryRun === 'string' ? [dryRun] : dryRun;
  if (given.length === 0 || (given.length === 1 && given[0] === '')) return false;
  if (given.every((each) => each === 'All')) return true;
  const cause = notSupported('dryRun', '', ['All']);
  const message = `Unsupported value: []string{${given.map(goQuote).join(', ')}}: supported values: "All"`;
  throw invalidOptions(verb, { ...cause, message });
}

const OPTIONS: Readonly<Partial<Record<Verb, string>>> = { create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions' };

function invalidOptions(verb: Verb, cause: Cause): StatusError {
  return invalid('meta.k8s.io', OPTIONS[verb] ?? 'DeleteOptions', '', [cause]);
}
