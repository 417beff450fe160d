import { apiVersionOf, type KindRow, type KubeObject, validateCreate } from '@kubernats/api';
import type { ManagedFieldsEntry } from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import { alreadyExists, invalid, StatusError } from '@kubernats/errors';
import { RevisionConflict } from '@kubernats/store';
import type { Held, Stored } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { isDryRun } from './body.ts';
import { dropEmpty } from './drop-empty.ts';
import { inVersions } from './in-versions.ts';
import { withoutTwins } from './owner-references.ts';
import { setManagers, trackFields } from './track-fields.ts';
import { commit, mayHaveHappened, strategyContext, unwritten } from './write.ts';

const GENERATE_TRIES = 8;
const SUFFIX_LENGTH = 5;
const MAX_GENERATED_BASE = 63 - SUFFIX_LENGTH;

/**
 * Creates the object that `draft` describes (of the row that was asked for): admission, defaults, validation, write. `managedFields`: who owns its fields,
 * where that is known already. What the server itself adds is nobody's.
 */
export async function createObject(core: Core, call: Call, draft: Held, managedFields?: ManagedFieldsEntry[]): Promise<Stored> {
  const { row } = call;
  if (row.custom?.terminating) {
    throw new StatusError('MethodNotAllowed', 'create not allowed while custom resource definition is terminating', {
      ...(row.group === '' ? {} : { group: row.group }),
      kind: row.plural,
    });
  }
  if (draft.metadata.resourceVersion) {
    throw new StatusError('Unknown', 'resourceVersion should not be set on objects to be created');
  }
  begin(core, row, draft);
  call.warnings.push(...withoutTwins(draft.metadata));
  row.strategy.default?.(draft);
  setManagers(draft, managedFields ?? trackFields(core, call, undefined, draft, undefined));
  const warnings = row.strategy.warnings?.(draft, undefined);
  if (warnings) call.warnings.push(...warnings);
  await core.admission.mutate(core, call, draft, undefined);
  const { generateName = '', name = '' } = draft.metadata;
  const generated = name === '' && generateName !== '';
  if (generated) draft.metadata.name = generateFrom(core, generateName);
  const context = strategyContext(core, call.user);
  row.strategy.prepareForCreate?.(draft, context);
  refuse(row, draft, validateCreate(row, draft, context));
  const afterwards = await core.admission.validate(core, call, draft, undefined);
  let written = false;
  try {
    const stored = await claimAndWrite(core, call, draft, generated);
    written = true;
    return stored;
  } finally {
    afterwards(written);
  }
}

async function claimAndWrite(core: Core, call: Call, draft: Held, generated: boolean): Promise<Stored> {
  const { row } = call;
  const { generateName = '' } = draft.metadata;
  const claim = await core.allocators.claim(core, call, draft, undefined);
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await write(core, call, draft);
      } catch (error) {
        if (!generated || tries === GENERATE_TRIES || !(error instanceof RevisionConflict)) throw error;
        draft.metadata.name = generateFrom(core, generateName);
      }
    }
  } catch (error) {
    if (!mayHaveHappened(error)) await claim?.undo();
    if (!(error instanceof RevisionConflict)) throw error;
    throw generated ? notGenerated(row, draft) : alreadyExists(named(row), draft.metadata.name ?? '');
  }
}

function notGenerated(row: KindRow, { metadata: { name = '' } }: Held): StatusError {
  const { message, details } = alreadyExists(named(row), name);
  return new StatusError('AlreadyExists', `${message}, the server was not able to generate a unique name for the object`, {
    ...details,
    retryAfterSeconds: 1,
  });
}

/** What the server alone says of a new object. */
function begin(core: Core, row: KindRow, draft: Held): void {
  const { metadata } = draft;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  metadata.uid = core.ids.uid();
  metadata.creationTimestamp = rfc3339(core.clock.now());
  if (row.strategy.countsGeneration === false) delete metadata.generation;
  else metadata.generation = 1;
  dropEmpty(metadata);
}

async function write(core: Core, call: Call, draft: Held): Promise<Stored> {
  const place = placeOf(core, call.row);
  const kept = await inVersions(core, call.row, () => toKept(call.row, draft));
  if (!isDryRun(call.query.dryRun, call.request.verb)) return commit(place, kept, undefined);
  await place.stream.fresh();
  const there = place.cache.get(kept.metadata.namespace ?? '', kept.metadata.name ?? '');
  if (there) throw alreadyExists(named(call.row), there.name);
  return unwritten(kept, undefined);
}

/** The form that is kept, of an object as it was sent. Throws `NotConverted`. */
export function toKept(row: KindRow, object: Held): Held {
  if (!row.storedAs) return object;
  const kept: KubeObject = row.storedAs.toStored(object);
  return { ...kept, metadata: kept.metadata ?? object.metadata };
}

/** The form that was asked for, of an object as it is kept. Throws `NotConverted` where the place's conversion has not prepared it. */
export function fromKept(row: KindRow, object: Held): Held {
  const { custom, storedAs } = row;
  const isOld = custom !== undefined && Number(object.metadata.resourceVersion) < custom.since;
  if (!storedAs && !isOld && !custom?.conversions) return object;
  const shown = storedAs ? storedAs.fromStored(object) : inFormOfNow(row, object, isOld);
  if (shown === object) return object;
  return { ...shown, metadata: shown.metadata ?? object.metadata };
}

/** As it is kept from now on: in the version that objects are kept in, with the fields that it has. */
function inFormOfNow(row: KindRow, object: Held, isOld: boolean): KubeObject {
  const { custom } = row;
  const now = custom?.conversions?.get(object, apiVersionOf(row)) ?? object;
  return isOld && custom ? custom.renew(now) : now;
}

export function refuse(row: KindRow, object: Held, causes: Parameters<typeof invalid>[3]): void {
  if (causes.length > 0) throw invalid(row.group, row.kind, object.metadata.name ?? '', causes);
}

function generateFrom(core: Core, base: string): string {
  return `${base.slice(0, MAX_GENERATED_BASE)}${core.ids.suffix(SUFFIX_LENGTH)}`;
}
