import { duplicate, type FieldPath, invalidValue, portName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Container, ContainerPort } from '../../../../generated/types.ts';
import { between, checkIp, checkText, oneOf } from '../../../validation/basics.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** The ports of one container: each alone, and their names, which must differ. */
export function checkContainerPorts(ports: ContainerPort[], path: FieldPath, hostNetwork: boolean, out: Cause[]): void {
  const names = new Set<string>();
  ports.forEach((port, i) => {
    const at = path.index(i);
    const { name, containerPort, hostPort, protocol, hostIP } = port;
    if (name) {
      const before = out.length;
      checkText(portName, name, at.child('name'), out);
      if (out.length === before && names.has(name)) out.push(duplicate(at.child('name'), name));
      names.add(name);
    }
    if (!containerPort) out.push(required(at.child('containerPort')));
    else between(containerPort, 1, 65_535, at.child('containerPort'), out);
    if (hostPort) between(hostPort, 1, 65_535, at.child('hostPort'), out);
    if (hostIP) checkIp(hostIP, at.child('hostIP'), out);
    oneOf(protocol, PROTOCOLS, at.child('protocol'), out);
    if (hostNetwork && hostPort && hostPort !== containerPort) {
      out.push(invalidValue(at.child('containerPort'), containerPort, 'must match `hostPort` when `hostNetwork` is true'));
    }
  });
}

/** Ports of the host may be taken once in a Pod. */
export function checkHostPorts(containers: Container[], path: FieldPath, out: Cause[]): void {
  const taken = new Set<string>();
  containers.forEach(({ ports }, c) => {
    ports?.forEach(({ hostPort, hostIP, protocol }, p) => {
      if (!hostPort) return;
      const key = `${protocol}/${hostIP || '0.0.0.0'}/${hostPort}`;
      if (taken.has(key)) out.push(duplicate(path.index(c).child('ports').index(p).child('hostPort'), key));
      taken.add(key);
    });
  });
}
