import { type Amounts, countsFor, excessOf, type ResourceQuota, usageOfObject, whatIsNotSaid } from '@kubernats/api';
import { forbidden } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { type Core, named, placeOfResource } from '../core.ts';
import { charged, limited, whyExceeded } from '../quota/check.ts';
import { isCountable, recounted } from '../quota/recount.ts';
import { isDryRun } from '../rest/body.ts';
import { modifyObject } from '../rest/modify-object.ts';
import type { AdmissionPlugin, Afterwards } from './admission.ts';

/** Objects of which more may be in use after an update. */
const GROWING: ReadonlySet<string> = new Set(['pods', 'services', 'persistentvolumeclaims']);

/** Charges the quotas of a namespace with what is made there, and refuses what is more than they allow. Source: the concept "Resource Quotas". */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  validate(core, call, draft, old) {
    const { cache } = placeOfResource(core, '', 'v1', 'resourcequotas');
    if (cache.size === 0 || !draft || !isCharged(call, old)) return;
    return charge(core, call, draft, old);
  },
};

function isCharged({ row, request: { subresource } }: Call, old: Held | undefined): boolean {
  if (!isCountable(row)) return false;
  if (old === undefined) return subresource === undefined;
  return row.group === '' && GROWING.has(row.plural) && (subresource === undefined || subresource === 'resize');
}

async function charge(core: Core, call: Call, draft: Held, old: Held | undefined): Promise<Afterwards | undefined> {
  const { namespace = '', name = '' } = draft.metadata;
  const { group, plural } = call.row;
  const nowMs = core.clock.now();
  const usage = usageOfObject(group, plural, draft, nowMs);
  const more = old ? excessOf(usage, usageOfObject(group, plural, old, nowMs)) : usage;
  const isPod = group === '' && plural === 'pods';
  const place = placeOfResource(core, '', 'v1', 'resourcequotas');
  const names: string[] = [];
  place.cache.snapshot().scan(`${namespace}/`, '', ({ object, name }) => {
    if (concerns(object, more, isPod) && countsFor(object, group, plural, draft)) names.push(name);
    return true;
  });
  if (names.length === 0) return undefined;
  const dryRun = isDryRun(call.query.dryRun, call.request.verb);
  const refuse = (why: string) => forbidden(named(call.row), name, why);
  const afterwards = core.quotas.begin(namespace);
  try {
    for (const quotaName of names) {
      await core.quotas.turns.take(`${namespace}/${quotaName}`, () =>
        modifyObject(core, place, { namespace, name: quotaName, dryRun }, ({ object }) => {
          const quota = counted(core, object);
          const silent = isPod ? whatIsNotSaid(draft, Object.keys(quota.status?.hard ?? {})) : undefined;
          if (silent !== undefined) throw refuse(`failed quota: ${quotaName}: must specify ${silent}`);
          const asked = limited(quota, more);
          if (asked.size === 0) return { do: 'keep' };
          const why = whyExceeded(quota, asked);
          if (why !== undefined) throw refuse(why);
          const { resourceVersion: _, ...metadata } = object.metadata;
          return { do: 'write', object: { ...charged(quota, asked), metadata } as Held };
        }),
      );
    }
  } catch (error) {
    afterwards(false);
    throw error;
  }
  return dryRun ? (_written) => afterwards(true) : afterwards;
}

/** Whether the quota limits anything of what is asked for, or of what a Pod has to say. */
const concerns = ({ spec }: ResourceQuota, more: Amounts, isPod: boolean): boolean =>
  more.size > 0 && (isPod || Object.keys(spec?.hard ?? {}).some((name) => more.has(name)));

/** A quota that is new, or whose limits have just changed, is counted before anything is judged by it. */
function counted(core: Core, quota: ResourceQuota): ResourceQuota {
  const { spec, status } = quota;
  const known = Object.keys(spec?.hard ?? {}).every(
    (name) => status?.hard?.[name] === spec?.hard?.[name] && status?.used?.[name] !== undefined,
  );
  const fresh = known ? undefined : recounted(core, quota);
  return fresh ? { ...quota, status: fresh } : quota;
}
