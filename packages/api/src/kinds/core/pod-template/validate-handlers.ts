import { type FieldPath, forbiddenField, httpHeaderName, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Container, LifecycleHandler, Probe } from '../../../../generated/types.ts';
import { between, checkPortOrName, checkText, notNegative, oneOf } from '../../../validation/basics.ts';

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

const KINDS_OF_HANDLER = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** Probes and lifecycle hooks of a container. */
export function checkHandlers(container: Container, path: FieldPath, out: Cause[]): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle?.postStart) checkHandler(lifecycle.postStart, path.child('lifecycle', 'postStart'), out);
  if (lifecycle?.preStop) checkHandler(lifecycle.preStop, path.child('lifecycle', 'preStop'), out);
  checkProbe(livenessProbe, path.child('livenessProbe'), true, out);
  checkProbe(readinessProbe, path.child('readinessProbe'), false, out);
  checkProbe(startupProbe, path.child('startupProbe'), true, out);
  if (readinessProbe?.terminationGracePeriodSeconds !== undefined) {
    const at = path.child('readinessProbe', 'terminationGracePeriodSeconds');
    out.push(invalidValue(at, readinessProbe.terminationGracePeriodSeconds, 'must not be set for readinessProbes'));
  }
}

function checkProbe(probe: Probe | undefined, path: FieldPath, successIsOnce: boolean, out: Cause[]): void {
  if (!probe) return;
  checkHandler(probe, path, out);
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const) {
    notNegative(probe[field], path.child(field), out);
  }
  if (successIsOnce && probe.successThreshold !== 1) {
    out.push(invalidValue(path.child('successThreshold'), probe.successThreshold ?? 0, 'must be 1'));
  }
  if (probe.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds <= 0) {
    out.push(invalidValue(path.child('terminationGracePeriodSeconds'), probe.terminationGracePeriodSeconds, 'must be greater than 0'));
  }
}

function checkHandler(handler: Handler, path: FieldPath, out: Cause[]): void {
  const given = KINDS_OF_HANDLER.filter((kind) => handler[kind] !== undefined);
  if (given.length === 0) out.push(required(path, 'must specify a handler type'));
  for (const extra of given.slice(1)) out.push(forbiddenField(path.child(extra), 'may not specify more than 1 handler type'));
  const { exec, httpGet, tcpSocket, grpc } = handler;
  if (exec && (exec.command ?? []).length === 0) out.push(required(path.child('exec', 'command')));
  if (httpGet) {
    const at = path.child('httpGet');
    if (!httpGet.path) out.push(required(at.child('path')));
    checkPortOrName(httpGet.port ?? 0, at.child('port'), out);
    oneOf(httpGet.scheme, ['HTTP', 'HTTPS'], at.child('scheme'), out);
    for (const header of httpGet.httpHeaders ?? []) checkText(httpHeaderName, header.name ?? '', at.child('httpHeaders'), out);
  }
  if (tcpSocket) checkPortOrName(tcpSocket.port ?? 0, path.child('tcpSocket', 'port'), out);
  if (grpc) between(grpc.port ?? 0, 1, 65_535, path.child('grpc', 'port'), out);
}
