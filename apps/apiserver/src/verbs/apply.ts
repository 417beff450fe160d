import { type Configuration, decodeConfiguration, decodeValue } from '@kubernats/api';
import { applyConfiguration, isJsonObject, type JsonObject, type ManagedFieldsEntry } from '@kubernats/apimachinery';
import { conflict, isAlreadyExists, isNotFound, StatusError } from '@kubernats/errors';
import { authorise } from '../authz/authorise.ts';
import type { Held, Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { fieldValidationOf, isDryRun, placed, yamlReader } from '../rest/body.ts';
import { createObject, fromKept } from '../rest/create-object.ts';
import { inVersions } from '../rest/in-versions.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { applyOptionsOf } from '../rest/patch-options.ts';
import { fieldsContext } from '../rest/track-fields.ts';
import { decideUpdate } from '../rest/update-object.ts';

/** How often an object may come and go while it is applied. */
const MAX_TRIES = 8;

/** PATCH with a configuration (server-side apply): creates the object, or changes what its manager wants otherwise. */
export async function apply(core: Core, call: Call): Promise<Result> {
  const options = applyOptionsOf(call);
  const { config, warnings } = await configurationOf(call);
  const { namespace = '', name = '', subresource, verb } = call.request;
  const dryRun = isDryRun(call.query.dryRun, verb);
  call.warnings.push(...warnings);
  const draftOf = (live: Held | undefined) => inVersions(core, call.row, () => drafted(core, call, options, config, live));
  for (let tries = 1; ; tries++) {
    try {
      const updateWarnings: string[] = [];
      const { stored } = await modifyObject(core, placeOf(core, call.row), { namespace, name, dryRun }, async (current) => {
        const { draft, managedFields } = await draftOf(fromKept(call.row, current.object));
        return decideUpdate(core, call, current, draft, { subresource, warnings: updateWarnings, managedFields });
      });
      call.warnings.push(...updateWarnings);
      return { type: 'stored', code: 200, stored };
    } catch (error) {
      if (!isMissing(error, call) || subresource !== undefined) throw error;
    }
    try {
      return { type: 'stored', code: 201, stored: await create(core, call, await draftOf(undefined)) };
    } catch (error) {
      // Somebody else was faster: then there is something to apply to.
      if (!isAlreadyExists(error) || tries === MAX_TRIES) throw error;
    }
  }
}

function configurationOf(call: Call): Promise<Configuration> {
  return decodeConfiguration(call.row, call.request.body ?? new Uint8Array(), {
    fieldValidation: fieldValidationOf(call),
    parseYaml: yamlReader(call),
  });
}

interface Draft {
  draft: Held;
  managedFields: ManagedFieldsEntry[];
}

/** What the configuration makes of the live object, or of nothing. */
function drafted(core: Core, call: Call, options: { manager: string; force: boolean }, config: JsonObject, live: Held | undefined): Draft {
  const { row, request } = call;
  const { object, managedFields } = applyConfiguration({
    ...fieldsContext(core, row, request.subresource),
    ...options,
    live: live && { ...live },
    config: live ? withName(config, live) : config,
  });
  const decoded = decodeValue(row, object, { fieldValidation: 'Ignore' });
  return { draft: placed(call, decoded.object, true), managedFields };
}

/** A configuration may leave to the path what the object is called. */
function withName(config: JsonObject, { metadata: { name, namespace } }: Held): JsonObject {
  const metadata = isJsonObject(config.metadata) ? config.metadata : {};
  return { ...config, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...metadata } };
}

async function create(core: Core, call: Call, { draft, managedFields }: Draft): Promise<Stored> {
  const { row, user, request } = call;
  const { uid } = draft.metadata;
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(named(row), request.name ?? '', why);
  }
  delete draft.metadata.resourceVersion;
  authorise(core.authorizer, user, { ...request, verb: 'create' });
  return createObject(core, call, draft, managedFields);
}

/** Whether it is the object itself that is not there. */
function isMissing(error: unknown, { row, request }: Call): boolean {
  if (!(error instanceof StatusError) || !isNotFound(error)) return false;
  return error.details?.kind === row.plural && error.details.name === request.name;
}
