import type { Container, LimitRange, LimitRangeItem, Pod } from '@kubernats/api';
import { forbidden } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { type Core, named, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';
import { breaches } from './limit-ranges/breaches.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Gives containers the requests and limits that their namespace says, and refuses what is out of its bounds. Source: the concept "Limit Ranges". */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  mutate(core, call, draft, old) {
    if (old !== undefined || !isPod(call)) return;
    for (const item of itemsOf(core, draft)) if (item.type === 'Container') complete(draft, item);
  },
  validate(core, call, draft, old) {
    if (!draft || !(isPod(call) ? old === undefined || call.request.subresource === 'resize' : isClaim(call))) return;
    const found = itemsOf(core, draft).flatMap((item) => breaches(item, draft, isPod(call)));
    if (found.length === 0) return;
    throw forbidden(named(call.row), draft.metadata.name ?? '', found.length === 1 ? (found[0] ?? '') : `[${found.join(', ')}]`);
  },
};

const isPod = ({ row, request }: Call): boolean =>
  row.group === '' && row.plural === 'pods' && (request.subresource === undefined || request.subresource === 'resize');
const isClaim = ({ row, request }: Call): boolean =>
  row.group === '' && row.plural === 'persistentvolumeclaims' && request.subresource === undefined;

function itemsOf(core: Core, { metadata }: Held): LimitRangeItem[] {
  const { cache } = placeOfResource(core, '', 'v1', 'limitranges');
  if (cache.size === 0) return [];
  const items: LimitRangeItem[] = [];
  cache.snapshot().scan(`${metadata.namespace}/`, '', ({ object }) => {
    items.push(...((object as LimitRange).spec?.limits ?? []));
    return true;
  });
  return items;
}

/** Fills in what the containers leave out, and says so in an annotation. */
function complete(draft: Held, { default: limits = {}, defaultRequest: requests = {} }: LimitRangeItem): void {
  const { spec }: Pod = draft;
  const told = [
    ...(spec?.containers ?? []).flatMap((container) => completed(container, 'container', { requests, limits })),
    ...(spec?.initContainers ?? []).flatMap((container) => completed(container, 'init container', { requests, limits })),
  ];
  if (told.length === 0) return;
  draft.metadata.annotations = { ...draft.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${told.join('; ')}` };
}

function completed(container: Container, what: string, defaults: Record<'requests' | 'limits', Record<string, string>>): string[] {
  const told: string[] = [];
  for (const [list, kind] of [
    ['requests', 'request'],
    ['limits', 'limit'],
  ] as const) {
    const missing = Object.entries(defaults[list]).filter(([name]) => !Object.hasOwn(container.resources?.[list] ?? {}, name));
    if (missing.length === 0) continue;
    container.resources = { ...container.resources, [list]: { ...container.resources?.[list], ...Object.fromEntries(missing) } };
    const names = missing.map(([name]) => name).sort();
    told.push(`${names.join(', ')} ${kind} for ${what} ${container.name}`);
  }
  return told;
}
