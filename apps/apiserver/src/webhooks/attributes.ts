import { type DecodeTarget, type KindRow, type KubeObject, SCALE } from '@kubernats/api';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { isDryRun } from '../rest/body.ts';
import { fromKept } from '../rest/create-object.ts';
import { scaleOf } from '../subresources/scale-of.ts';
import { connectionForm } from './connection.ts';
import { type Form, fixedForm, wholeForm } from './form.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** A request as admission sees it. Source: `AdmissionRequest` of admission.k8s.io/v1. */
export interface Attributes {
  call: Call;
  row: KindRow;
  /** '' for the object itself. */
  subresource: string;
  operation: Operation;
  /** '' where the server is to choose one, and for each object of a deletion of many. */
  name: string;
  /** Of a Namespace its own name. */
  namespace: string;
  dryRun: boolean;
  /** CreateOptions, UpdateOptions or DeleteOptions. */
  options: object | undefined;
  form: Form;
  /** The new state, in the form of the request; mutating webhooks put another in its place. */
  object: KubeObject | undefined;
  old: KubeObject | undefined;
}

/** What a request is about, for who is told of it before a name has been chosen. Source: kube-apiserver's `admission.NewForbidden`. */
export const nameIn = ({ name, object }: Attributes): string =>
  name || object?.metadata?.name || object?.metadata?.generateName || 'Unknown';

/** What a subresource is asked with that is no object of the kind: an Eviction, a Binding, the options of an `exec`. */
export interface Asked {
  operation: 'CREATE' | 'CONNECT';
  target: DecodeTarget;
  object: KubeObject;
}

/**
 * A write of an object of the call's kind (`draft` undefined: a deletion, `old` undefined: a creation). Undefined for a deletion that follows
 * from something else, which has been asked about already: an eviction.
 */
export function attributesOf(call: Call, draft: Held | undefined, old: Held | undefined): Attributes | undefined {
  const { request } = call;
  if (!draft && request.verb !== 'delete' && request.verb !== 'deletecollection') return undefined;
  const operation = draft ? (old ? 'UPDATE' : 'CREATE') : 'DELETE';
  const name = request.name ?? draft?.metadata.name ?? '';
  return {
    ...common(call, (draft ?? old)?.metadata.name ?? ''),
    operation,
    name,
    dryRun: call.deletion?.isDryRun ?? isDryRun(call.query.dryRun, request.verb),
    options: optionsOf(call, operation),
    ...stateOf(call, draft, old),
  };
}

/** What is there, and is to be: of the subresource `scale` the Scales that stand for it. */
function stateOf({ row, request }: Call, draft: Held | undefined, old: Held | undefined): Pick<Attributes, 'form' | 'object' | 'old'> {
  if (request.subresource === 'scale') {
    return { form: fixedForm(SCALE), object: draft && scaleOf(row, draft), old: old && scaleOf(row, old) };
  }
  // A deletion is about what is kept, in whichever form it is asked for.
  return { form: wholeForm(row), object: draft, old: draft || !old ? old : fromKept(row, old) };
}

/** A request with a body of its own. */
export function attributesOfAsked(call: Call, { operation, target, object }: Asked): Attributes {
  const { name = object.metadata?.name ?? '', verb } = call.request;
  const connects = operation === 'CONNECT';
  return {
    ...common(call, name),
    operation,
    name,
    dryRun: !connects && isDryRun(call.query.dryRun, verb),
    options: connects ? undefined : optionsOf(call, operation),
    form: connects ? connectionForm(target, object) : fixedForm(target),
    object,
    old: undefined,
  };
}

function common(call: Call, name: string): Pick<Attributes, 'call' | 'row' | 'subresource' | 'namespace'> {
  const { row, request } = call;
  const isNamespace = row.group === '' && row.plural === 'namespaces';
  return { call, row, subresource: request.subresource ?? '', namespace: isNamespace ? name : (request.namespace ?? '') };
}

function optionsOf({ query, deletion }: Call, operation: Exclude<Operation, 'CONNECT'>): object {
  const apiVersion = 'meta.k8s.io/v1';
  if (operation === 'DELETE') {
    const { isDryRun: _, kind: _kind, apiVersion: _version, ...options } = deletion ?? { isDryRun: false };
    return { kind: 'DeleteOptions', apiVersion, ...options };
  }
  const { dryRun, fieldManager, fieldValidation } = query;
  return {
    kind: operation === 'CREATE' ? 'CreateOptions' : 'UpdateOptions',
    apiVersion,
    ...(dryRun ? { dryRun: [dryRun] } : {}),
    ...(fieldManager ? { fieldManager } : {}),
    ...(fieldValidation ? { fieldValidation } : {}),
  };
}
