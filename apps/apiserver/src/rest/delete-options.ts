import { DELETE_OPTIONS, type DeleteOptions } from '@kubernats/api';
import { badRequest, StatusError } from '@kubernats/errors';
import type { Call } from '../call.ts';
import { decodedBody, isDryRun } from './body.ts';
import { wholeNumber } from './resource-version.ts';

const POLICIES = ['Background', 'Foreground', 'Orphan'];

/** What a deletion asks for: the body's DeleteOptions, or the query's. Throws for what makes no sense. */
export async function deleteOptionsOf(call: Call): Promise<DeleteOptions & { isDryRun: boolean }> {
  const options: DeleteOptions = { ...(await fromBody(call)) };
  const { query } = call;
  options.gracePeriodSeconds ??= wholeNumber(query.gracePeriodSeconds);
  options.propagationPolicy ??= query.propagationPolicy || undefined;
  if (query.orphanDependents && options.orphanDependents === undefined) options.orphanDependents = query.orphanDependents === 'true';
  if (query.dryRun !== undefined) options.dryRun ??= [query.dryRun];
  const { propagationPolicy, orphanDependents, gracePeriodSeconds } = options;
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    throw invalidOptions(
      'propagationPolicy',
      JSON.stringify(propagationPolicy),
      'orphanDependents and deletionPropagation cannot be both set',
    );
  }
  if (propagationPolicy !== undefined && !POLICIES.includes(propagationPolicy)) {
    throw invalidOptions('propagationPolicy', JSON.stringify(propagationPolicy), 'Unsupported value', POLICIES);
  }
  const { orphansByDefault } = call.row.strategy;
  if (orphansByDefault?.warning && propagationFinalizer(options) === undefined) call.warnings.push(orphansByDefault.warning);
  if (gracePeriodSeconds !== undefined && gracePeriodSeconds < 0) options.gracePeriodSeconds = 1;
  return { ...options, isDryRun: isDryRun(options.dryRun, 'delete') };
}

async function fromBody(call: Call): Promise<DeleteOptions> {
  const { body } = call.request;
  if (!body || body.length === 0) return {};
  return (await decodedBody(call, DELETE_OPTIONS)).object;
}

function invalidOptions(field: string, value: string, detail: string, supported?: string[]): StatusError {
  const message = supported
    ? `Unsupported value: ${value}: supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`
    : `Invalid value: ${value}: ${detail}`;
  return new StatusError('Invalid', `DeleteOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'DeleteOptions',
    causes: [{ reason: supported ? 'FieldValueNotSupported' : 'FieldValueInvalid', message, field }],
  });
}

/** The finalizer that a propagation policy asks for. */
export function propagationFinalizer({
  propagationPolicy,
  orphanDependents,
}: DeleteOptions): 'orphan' | 'foregroundDeletion' | 'none' | undefined {
  if (orphanDependents !== undefined) return orphanDependents ? 'orphan' : 'none';
  switch (propagationPolicy) {
    case 'Orphan':
      return 'orphan';
    case 'Foreground':
      return 'foregroundDeletion';
    case 'Background':
      return 'none';
    case undefined:
      return undefined;
    default:
      throw badRequest(`unknown propagationPolicy ${propagationPolicy}`);
  }
}
