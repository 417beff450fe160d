import { type FieldPath, forbiddenField, invalidValue, required, valueNotFound } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Container, VolumeMount } from '../../../../generated/types.ts';
import { checkRelativePath, oneOf } from '../../../validation/basics.ts';

/** Mounts must name a volume of the Pod, each at a place of its own. */
export function checkMounts(container: Container, volumes: ReadonlySet<string>, path: FieldPath, out: Cause[]): void {
  const places = new Set<string>();
  container.volumeMounts?.forEach((mount, i) => {
    const at = path.child('volumeMounts').index(i);
    if (!mount.name) out.push(required(at.child('name')));
    else if (!volumes.has(mount.name)) out.push(valueNotFound(at.child('name'), mount.name));
    if (!mount.mountPath) out.push(required(at.child('mountPath')));
    else if (places.has(mount.mountPath)) out.push(invalidValue(at.child('mountPath'), mount.mountPath, 'must be unique'));
    places.add(mount.mountPath);
    checkSubPaths(mount, at, out);
    checkRecursion(mount, at, out);
    checkPropagation(mount, container, path.child('volumeMounts', 'mountPropagation'), out);
  });
  container.volumeDevices?.forEach((device, i) => {
    const at = path.child('volumeDevices').index(i);
    if (!device.name) out.push(required(at.child('name')));
    else if (!volumes.has(device.name)) out.push(valueNotFound(at.child('name'), device.name));
    if (!device.devicePath) out.push(required(at.child('devicePath')));
  });
}

/** Kubernetes does not say which of the mounts it is. */
function checkPropagation({ mountPropagation }: VolumeMount, container: Container, path: FieldPath, out: Cause[]): void {
  oneOf(mountPropagation, ['Bidirectional', 'HostToContainer', 'None'], path, out, { optional: true });
  if (mountPropagation !== 'Bidirectional' || container.securityContext?.privileged) return;
  out.push(forbiddenField(path, 'Bidirectional mount propagation is available only to privileged containers'));
}

function checkRecursion({ recursiveReadOnly, readOnly, mountPropagation }: VolumeMount, path: FieldPath, out: Cause[]): void {
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return;
  const at = path.child('recursiveReadOnly');
  const before = out.length;
  oneOf(recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible'], at, out);
  if (out.length > before) return;
  if (!readOnly) out.push(forbiddenField(at, 'may only be specified when readOnly is true'));
  if (mountPropagation !== undefined && mountPropagation !== 'None') {
    out.push(forbiddenField(at, 'may only be specified when mountPropagation is None or not specified'));
  }
}

function checkSubPaths({ subPath, subPathExpr }: VolumeMount, path: FieldPath, out: Cause[]): void {
  if (subPath) checkRelativePath(subPath, path.child('subPath'), out);
  if (!subPathExpr) return;
  if (subPath) out.push(invalidValue(path.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  checkRelativePath(subPathExpr, path.child('subPathExpr'), out);
}
