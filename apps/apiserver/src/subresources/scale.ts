import {
  apiVersionOf,
  decodeConfiguration,
  decodeValue,
  type KindRow,
  type KubeObject,
  objectSchema,
  SCALE,
  SCALE_TABLE,
  type Scale,
} from '@kubernats/api';
import {
  applyConfiguration,
  copyJson,
  fieldPath,
  invalidValue,
  isJsonObject,
  type JsonObject,
  type ManagedFieldsEntry,
  setOwn,
} from '@kubernats/apimachinery';
import { conflict, internalError, invalid, modified } from '@kubernats/errors';
import type { Held, Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { APPLY_TYPE, bodyOf, fieldValidationOf, isDryRun, mediaType, placed, yamlReader } from '../rest/body.ts';
import { fromKept } from '../rest/create-object.ts';
import { inVersions } from '../rest/in-versions.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { readPatch } from '../rest/patch-body.ts';
import { applyOptionsOf, checkPatchOptions } from '../rest/patch-options.ts';
import { fieldsContext } from '../rest/track-fields.ts';
import { decideUpdate } from '../rest/update-object.ts';
import { get } from '../verbs/get.ts';
import { parentEntries, scaleEntries } from './scale-fields.ts';
import { pathsOf, replicasOf, scaleOf } from './scale-of.ts';

/** GET scale: how many there are, and should be. */
export async function getScale(core: Core, call: Call): Promise<Result> {
  const result = await get(core, call);
  if (result.type !== 'stored') throw new Error('a get gives an object');
  const { scale } = pathsOf(call.row);
  await placeOf(core, call.row).conversion?.prepare([result.stored.object]);
  // What Kubernetes says of a custom resource. Built-in kinds always have replicas.
  if (replicasOf(fromKept(call.row, result.stored.object), scale.specReplicasPath) === undefined) {
    throw internalError(new Error(`the spec replicas field ".${scale.specReplicasPath}" does not exist`));
  }
  return shown(core, call.row, result.stored);
}

/** PUT scale. */
export async function updateScale(core: Core, call: Call): Promise<Result> {
  const body = placed(call, await bodyOf(call, SCALE), true);
  return change(core, call, () => ({ scale: body }));
}

/** PATCH scale. */
export async function patchScale(core: Core, call: Call): Promise<Result> {
  if (mediaType(call) === APPLY_TYPE) return applyScale(core, call);
  checkPatchOptions(call);
  const body = readPatch(call, SCALE);
  const unknown: string[] = [];
  const result = await change(core, call, (current) => {
    const { object, warnings } = body.decode(body.apply(storedScale(call.row, current)));
    unknown.splice(0, unknown.length, ...warnings);
    return { scale: withMetadata(object) };
  });
  call.warnings.push(...unknown);
  return result;
}

/** PATCH scale with a configuration. */
async function applyScale(core: Core, call: Call): Promise<Result> {
  const { row, request } = call;
  const options = applyOptionsOf(call);
  const body = request.body ?? new Uint8Array();
  const { config, warnings } = await decodeConfiguration(SCALE, body, {
    fieldValidation: fieldValidationOf(call),
    parseYaml: yamlReader(call),
  });
  call.warnings.push(...warnings);
  const { path } = pathsOf(row);
  return change(core, call, (current) =>
    inVersions(core, row, () => {
      const entries = (current.object.metadata.managedFields ?? []) as ManagedFieldsEntry[];
      const scale = storedScale(row, current);
      const live = { ...scale, metadata: { ...scale.metadata, managedFields: scaleEntries(entries, path, apiVersionOf(SCALE)) } };
      const { apiVersion, ...context } = fieldsContext(core, row, 'scale');
      const schema = objectSchema(SCALE.definition);
      const applied = applyConfiguration({ ...context, ...options, live, config, schema, apiVersion: apiVersionOf(SCALE) });
      return {
        scale: withMetadata(decodeValue(SCALE, applied.object).object),
        managedFields: parentEntries(entries, applied.managedFields, path, apiVersion),
      };
    }),
  );
}

const withMetadata = (object: KubeObject): Held => ({ ...object, metadata: object.metadata ?? {} });

interface WantedScale {
  scale: Held;
  /** Who owns the fields of the object, where that is known already. */
  managedFields?: ManagedFieldsEntry[];
}

async function change(core: Core, call: Call, wanted: (current: Stored) => WantedScale | Promise<WantedScale>): Promise<Result> {
  const { namespace = '', name = '' } = call.request;
  const { row } = call;
  const { stored } = await modifyObject(
    core,
    placeOf(core, row),
    { namespace, name, dryRun: isDryRun(call.query.dryRun, call.request.verb) },
    async (current) => {
      const { scale: held, managedFields } = await wanted(current);
      const scale: Held & Scale = held;
      const replicas = scale.spec?.replicas ?? 0;
      if (replicas < 0) {
        const cause = invalidValue(fieldPath('spec').child('replicas'), replicas, 'must be greater than or equal to 0');
        throw invalid('autoscaling', 'Scale', name, [cause]);
      }
      const { uid, resourceVersion } = scale.metadata;
      const now = current.object.metadata.uid;
      if (uid && uid !== now) {
        throw conflict(named(row), name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${now ?? ''}`);
      }
      if (resourceVersion && resourceVersion !== String(current.revision)) throw modified(named(row), name);
      const draft = copyJson(fromKept(row, current.object));
      setReplicas(draft, pathsOf(row).path, replicas);
      return decideUpdate(core, call, current, draft, { subresource: 'scale', warnings: [], ...(managedFields ? { managedFields } : {}) });
    },
  );
  return shown(core, row, stored);
}

async function shown(core: Core, row: KindRow, stored: Stored): Promise<Result> {
  await placeOf(core, row).conversion?.prepare([stored.object]);
  return { type: 'value', code: 200, object: storedScale(row, stored), row: SCALE_TABLE };
}

function setReplicas(draft: Held, path: readonly string[], replicas: number): void {
  let at: JsonObject = draft as Held & JsonObject;
  for (const field of path.slice(0, -1)) {
    if (!isJsonObject(at[field])) setOwn(at, field, {});
    at = at[field] as JsonObject;
  }
  setOwn(at, path.at(-1) ?? '', replicas);
}

const storedScale = (row: KindRow, { object }: Stored): Scale => scaleOf(row, fromKept(row, object));
