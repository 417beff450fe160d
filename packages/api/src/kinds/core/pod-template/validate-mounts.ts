import { type FieldPath, invalidValue, required, valueNotFound } from '@kubernats/apimachinery';
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
    oneOf(mount.mountPropagation, ['Bidirectional', 'HostToContainer', 'None'], at.child('mountPropagation'), out, { optional: true });
  });
  container.volumeDevices?.forEach((device, i) => {
    const at = path.child('volumeDevices').index(i);
    if (!device.name) out.push(required(at.child('name')));
    else if (!volumes.has(device.name)) out.push(valueNotFound(at.child('name'), device.name));
    if (!device.devicePath) out.push(required(at.child('devicePath')));
  });
}

function checkSubPaths({ subPath, subPathExpr }: VolumeMount, path: FieldPath, out: Cause[]): void {
  if (subPath) checkRelativePath(subPath, path.child('subPath'), out);
  if (!subPathExpr) return;
  if (subPath) out.push(invalidValue(path.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  checkRelativePath(subPathExpr, path.child('subPathExpr'), out);
}
