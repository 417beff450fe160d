import {
  deepEqual,
  dns1123Label,
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
import { type NotHonoured, notHonoured } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';
import { checkNodeSelector } from './pod-template/validate-scheduling.ts';
import { checkHostPath } from './pod-template/validate-volumes.ts';
import { classAnnotationWarnings, classOf, VOLUME_MODES } from './storage/common.ts';
import { DEPRECATED_SOURCES, SOURCES_NOT_HONOURED } from './storage/not-honoured.ts';
import { checkAccessModes } from './storage/validate-claim-spec.ts';
import { checkCsiVolume } from './storage/validate-csi.ts';
import { checkSources } from './storage/validate-sources.ts';

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
/** R1: what has no effect, beside what the sources ask for in vain. */
const NOT_HONOURED: NotHonoured = ['mountOptions', 'volumeMode=Block', 'persistentVolumeReclaimPolicy=Recycle', ...SOURCES_NOT_HONOURED];
const RECYCLE = 'The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';

const sourcesOf = (spec: PersistentVolumeSpec): string[] => Object.keys(spec).filter((field) => !NOT_SOURCES.has(field));

function validate({ metadata, spec = {} }: PersistentVolume): Cause[] {
  const out: Cause[] = [];
  if ((spec.accessModes ?? []).length === 0) out.push(required(SPEC.child('accessModes')));
  checkAccessModes(spec.accessModes, SPEC.child('accessModes'), out);
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
    if (/^[./]*$/.test(spec.hostPath.path ?? '') && spec.hostPath.path && spec.persistentVolumeReclaimPolicy === 'Recycle') {
      out.push(forbiddenField(SPEC.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'"));
    }
  }
  if (spec.local) {
    if (!spec.local.path) out.push(required(SPEC.child('local', 'path')));
    else if (spec.local.path.split('/').includes('..')) {
      out.push(invalidValue(SPEC.child('local', 'path'), spec.local.path, "must not contain '..'"));
    }
    if (!spec.nodeAffinity) out.push(required(SPEC.child('nodeAffinity'), 'Local volume requires node affinity'));
  }
  checkSources(spec, metadata?.name ?? '', SPEC, out);
  for (const field of ['cinder', 'storageos'] as const) {
    const secret = spec[field]?.secretRef;
    if (secret && !secret.namespace) out.push(required(SPEC.child(field, 'secretRef', 'namespace')));
  }
  if (spec.azureFile?.secretNamespace === '') out.push(required(SPEC.child('azureFile', 'secretNamespace')));
  checkEndpointsNamespace(spec, out);
  if (spec.csi) checkCsiVolume(spec.csi, SPEC.child('csi'), out);
  if (spec.nodeAffinity?.required) checkNodeSelector(spec.nodeAffinity.required, SPEC.child('nodeAffinity', 'required'), out);
  else if (spec.nodeAffinity) out.push(required(SPEC.child('nodeAffinity', 'required'), 'must specify required node constraints'));
  if (spec.storageClassName) checkText(dns1123Subdomain, spec.storageClassName, SPEC.child('storageClassName'), out);
  oneOf(spec.volumeMode, VOLUME_MODES, SPEC.child('volumeMode'), out, { optional: true });
  checkAttributesClass(spec, out);
  return out;
}

function checkEndpointsNamespace({ glusterfs }: PersistentVolumeSpec, out: Cause[]): void {
  const namespace = glusterfs?.endpointsNamespace;
  if (namespace === undefined) return;
  const path = SPEC.child('glusterfs', 'endpointsNamespace');
  if (namespace) checkText(dns1123Label, namespace, path, out);
  else out.push(invalidValue(path, namespace, 'if the endpointnamespace is set, it must be a valid namespace name'));
}

function checkAttributesClass({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec, out: Cause[]): void {
  if (name === undefined) return;
  const path = SPEC.child('volumeAttributesClassName');
  if (name) checkText(dns1123Subdomain, name, path, out);
  else out.push(required(path, 'an empty string is disallowed'));
  if (!csi) out.push(required(SPEC.child('csi'), 'has to be specified when using volumeAttributesClassName'));
}

function validateUpdate({ spec = {} }: PersistentVolume, { spec: old = {} }: PersistentVolume): Cause[] {
  const out: Cause[] = [];
  const sources = new Set([...sourcesOf(spec), ...sourcesOf(old)]) as Set<keyof PersistentVolumeSpec>;
  const changed = [...sources].filter((source) => !deepEqual(source === 'csi' ? csiToCompare(spec, old) : spec[source], old[source]));
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
  if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    out.push(forbiddenField(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden'));
  }
  return out;
}

/** A secret for expansion may be added later. */
function csiToCompare({ csi }: PersistentVolumeSpec, { csi: old }: PersistentVolumeSpec): PersistentVolumeSpec['csi'] {
  if (!csi || !old || old.controllerExpandSecretRef) return csi;
  const { controllerExpandSecretRef: _added, ...rest } = csi;
  return rest;
}

function warningsOf({ metadata, spec = {} }: PersistentVolume): string[] {
  const deprecated = sourcesOf(spec).flatMap((source) => {
    const why = DEPRECATED_SOURCES[source];
    return why === undefined ? [] : [`${SPEC.child(source)}: ${why}`];
  });
  const recycled = spec.persistentVolumeReclaimPolicy === 'Recycle' ? [`${SPEC.child('persistentVolumeReclaimPolicy')}: ${RECYCLE}`] : [];
  return [...classAnnotationWarnings(metadata), ...recycled, ...deprecated, ...notHonoured(spec, NOT_HONOURED, SPEC)];
}

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
    warnings: (volume, old) => (old ? [] : warningsOf(volume)),
    countsGeneration: false,
  },
});
