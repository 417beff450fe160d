import {
  dns1123Label,
  duplicate,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  qualifiedName,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ServicePort, ServiceSpec } from '../../../../generated/types.ts';
import { between, checkPortOrName, checkText, oneOf } from '../../../validation/basics.ts';
import { isHeadless } from './types.ts';

const PORTS = fieldPath('spec').child('ports');
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
/** Kubernetes keeps it from being opened to the world by a load balancer. */
const KUBELET_PORT = 10_250;

export function checkPorts(spec: ServiceSpec, out: Cause[]): void {
  const { ports = [], type } = spec;
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') out.push(required(PORTS));
  const names = new Set<string>();
  ports.forEach((port, i) => {
    const at = PORTS.index(i);
    if (type === 'LoadBalancer' && port.port === KUBELET_PORT) {
      out.push(invalidValue(at, port.port, `may not expose port ${KUBELET_PORT} externally since it is used by kubelet`));
    }
    checkName(port, ports.length > 1, names, at, out);
    between(port.port ?? 0, 1, 65_535, at.child('port'), out);
    oneOf(port.protocol, PROTOCOLS, at.child('protocol'), out);
    checkPortOrName(port.targetPort ?? 0, at.child('targetPort'), out);
    if (port.appProtocol !== undefined) checkText(qualifiedName, port.appProtocol, at.child('appProtocol'), out);
    if (type === 'ClusterIP' && port.nodePort) {
      out.push(forbiddenField(at.child('nodePort'), "may not be used when `type` is 'ClusterIP'"));
    }
  });
  checkTwice(ports, out);
}

function checkName({ name }: ServicePort, isNeeded: boolean, names: Set<string>, at: FieldPath, out: Cause[]): void {
  if (!name) {
    if (isNeeded) out.push(required(at.child('name')));
    return;
  }
  checkText(dns1123Label, name, at.child('name'), out);
  if (names.has(name)) out.push(duplicate(at.child('name'), name));
  names.add(name);
}

/** No port, and no node port, twice with one protocol. */
function checkTwice(ports: readonly ServicePort[], out: Cause[]): void {
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  ports.forEach(({ nodePort, protocol }, i) => {
    if (!nodePort) return;
    const key = `${nodePort}/${protocol}`;
    if (nodePorts.has(key)) out.push(duplicate(PORTS.index(i).child('nodePort'), nodePort));
    nodePorts.add(key);
  });
  ports.forEach(({ port, protocol }, i) => {
    const key = `${port}/${protocol}`;
    if (numbers.has(key)) out.push(duplicate(PORTS.index(i), { port, protocol }));
    numbers.add(key);
  });
}
