import {
  deepEqual,
  dns1123Subdomain,
  fieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  parseQuantity,
  required,
} from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import type { Cause } from '@kubernats/errors';
import type { PersistentVolume, PersistentVolumeSpec } from '../../../generated/types.ts';
import { PersistentVolumes } from '../../refs.ts';
import { AGE, NAME, text, wide } from '../../table/common-columns.ts';
import { accessModesText } from '../../table/texts.ts';
import { checkText, GREATER_THAN_ZERO, IMMUTABLE, oneOf } from '../../validation/basics.ts';
import { type NotHonoured, notHonoured, notHonouredWarning } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';
import { checkNodeSelector } from './pod-template/validate-scheduling.ts';
import { checkHostPath } from './pod-template/validate-volumes.ts';
import { ACCESS_MODES, classOf, VOLUME_MODES } from './storage/common.ts';

const SPEC = fieldPath('spec');
const NOT_SOURCES = new Set<string>([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);
/** R1: the back ends that there are. */
const SOURCES_HONOURED = new Set(['hostPath', 'local', 'nfs']);
const NOT_HONOURED: NotHonoured = ['mountOptions', 'volumeMode=Block', 'persistentVolumeReclaimPolicy=Recycle'];

const sourcesOf = (spec: PersistentVolumeSpec): string[] => Object.keys(spec).filter((field) => !NOT_SOURCES.has(field));

function validate({ spec = {} }: PersistentVolume): Cause[] {
  const out: Cause[] = [];
  if ((spec.accessModes ?? []).length === 0) out.push(required(SPEC.child('accessModes')));
  for (const mode of spec.accessModes ?? [])
    if (!ACCESS_MODES.includes(mode)) out.push(notSupported(SPEC.child('accessModes'), mode, ACCESS_MODES));
  const capacity = Object.entries(spec.capacity ?? {});
  if (capacity.length === 0) out.push(required(SPEC.child('capacity')));
  else if (capacity.length > 1 || capacity[0]?.[0] !== 'storage')
    out.push(notSupported(SPEC.child('capacity'), spec.capacity, ['storage']));
  for (const [name, amount] of capacity) {
    if (parseQuantity(amount).toNumber() <= 0) out.push(invalidValue(SPEC.child('capacity').key(name), amount, GREATER_THAN_ZERO));
  }
  oneOf(spec.persistentVolumeReclaimPolicy, ['Delete', 'Recycle', 'Retain'], SPEC.child('persistentVolumeReclaimPolicy'), out, {
    optional: true,
  });
  const [source, ...more] = sourcesOf(spec);
  if (source === undefined) out.push(required(SPEC, 'must specify a volume type'));
  for (const extra of more) out.push(forbiddenField(SPEC.child(extra), 'may not specify more than 1 volume type'));
  if (spec.hostPath) {
    checkHostPath(spec.hostPath, SPEC.child('hostPath'), out);
    if (spec.hostPath.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle') {
      out.push(forbiddenField(SPEC.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'"));
    }
  }
  if (spec.local) {
    if (!spec.local.path) out.push(required(SPEC.child('local', 'path')));
    if (!spec.nodeAffinity) out.push(required(SPEC.child('nodeAffinity'), 'Local volume requires node affinity'));
  }
  if (spec.nfs) {
    if (!spec.nfs.server) out.push(required(SPEC.child('nfs', 'server')));
    if (!spec.nfs.path) out.push(required(SPEC.child('nfs', 'path')));
  }
  if (spec.csi) {
    if (!spec.csi.driver) out.push(required(SPEC.child('csi', 'driver')));
    if (!spec.csi.volumeHandle) out.push(required(SPEC.child('csi', 'volumeHandle')));
  }
  if (spec.nodeAffinity?.required) checkNodeSelector(spec.nodeAffinity.required, SPEC.child('nodeAffinity', 'required'), out);
  else if (spec.nodeAffinity) out.push(required(SPEC.child('nodeAffinity', 'required'), 'must specify required node constraints'));
  if (spec.storageClassName) checkText(dns1123Subdomain, spec.storageClassName, SPEC.child('storageClassName'), out);
  oneOf(spec.volumeMode, VOLUME_MODES, SPEC.child('volumeMode'), out, { optional: true });
  return out;
}

function validateUpdate({ spec = {} }: PersistentVolume, { spec: old = {} }: PersistentVolume): Cause[] {
  const out: Cause[] = [];
  const sources = new Set([...sourcesOf(spec), ...sourcesOf(old)]) as Set<keyof PersistentVolumeSpec>;
  const changed = [...sources].filter((source) => !deepEqual(spec[source], old[source]));
  if (changed.length > 0) {
    const diff = changed.map(
      (source) => `- \t${source}: ${JSON.stringify(old[source]) ?? 'nil'},\n+ \t${source}: ${JSON.stringify(spec[source]) ?? 'nil'},`,
    );
    const why = `spec.persistentvolumesource is immutable after creation\n${diff.join('\n')}\n`;
    out.push(forbiddenField(SPEC.child('persistentvolumesource'), why));
  }
  if (spec.volumeMode !== old.volumeMode) out.push(invalidValue(SPEC.child('volumeMode'), spec.volumeMode, IMMUTABLE));
  if (old.nodeAffinity && !deepEqual(spec.nodeAffinity, old.nodeAffinity)) {
    out.push(invalidValue(SPEC.child('nodeAffinity'), spec.nodeAffinity ?? null, IMMUTABLE));
  }
  return out;
}

const warningsOf = (spec: PersistentVolumeSpec): string[] => [
  ...sourcesOf(spec)
    .filter((source) => !SOURCES_HONOURED.has(source))
    .map((source) => notHonouredWarning(SPEC.child(source))),
  ...notHonoured(spec, NOT_HONOURED, SPEC),
];

export const persistentVolumeRow = defineKind<PersistentVolume>(PersistentVolumes, {
  shortNames: ['pv'],
  hasStatus: true,
  columns: [
    NAME,
    text('Capacity', 'How much it holds.', (volume) => volume.spec?.capacity?.storage ?? ''),
    text('Access Modes', 'How it can be mounted.', (volume) => accessModesText(volume.spec?.accessModes)),
    text('Reclaim Policy', 'What becomes of it when its claim is gone.', (volume) => volume.spec?.persistentVolumeReclaimPolicy ?? ''),
    text('Status', 'Where it is in its life.', (volume) =>
      volume.metadata?.deletionTimestamp === undefined ? (volume.status?.phase ?? '') : 'Terminating',
    ),
    text('Claim', 'The claim that it is bound to.', ({ spec }) =>
      spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '',
    ),
    text('StorageClass', 'The class that it belongs to.', classOf),
    text('VolumeAttributesClass', 'The class of its attributes.', (volume) => volume.spec?.volumeAttributesClassName || '<unset>'),
    text('Reason', 'Why it failed, if it did.', (volume) => volume.status?.reason ?? ''),
    AGE,
    wide('VolumeMode', 'Whether it is a file system or a block device.', (volume) => volume.spec?.volumeMode ?? '<unset>'),
  ],
  strategy: {
    returnsDeleted: true,
    default({ spec }) {
      if (!spec) return;
      spec.persistentVolumeReclaimPolicy ||= 'Retain';
      spec.volumeMode ??= 'Filesystem';
      if (spec.hostPath) spec.hostPath.type ??= '';
      if (spec.iscsi) spec.iscsi.iscsiInterface ||= 'default';
    },
    prepareForCreate(volume, { nowMs }) {
      volume.status = { phase: 'Pending', lastPhaseTransitionTime: rfc3339(nowMs) };
    },
    validate,
    validateUpdate,
    warnings: ({ spec }, old) => (old || !spec ? [] : warningsOf(spec)),
    countsGeneration: false,
  },
});
