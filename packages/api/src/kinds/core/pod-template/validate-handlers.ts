import { type FieldPath, forbiddenField, httpHeaderName, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Container, LifecycleHandler, PodSpec, Probe } from '../../../../generated/types.ts';
import { between, checkPortOrName, checkText, notNegative, oneOf } from '../../../validation/basics.ts';
import { STOP_SIGNALS } from './stop-signals.ts';

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

const KINDS_OF_HANDLER = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** Probes and lifecycle hooks of a container, and the signal that stops it. */
export function checkHandlers(container: Container, spec: PodSpec, path: FieldPath, out: Cause[]): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  for (const hook of ['postStart', 'preStop'] as const) {
    const handler = lifecycle?.[hook];
    if (!handler) continue;
    const at = path.child('lifecycle', hook);
    checkHandler(handler, at, out);
    if (handler.sleep) checkSleep(handler.sleep.seconds, spec.terminationGracePeriodSeconds, at.child('sleep'), out);
  }
  if (lifecycle?.stopSignal !== undefined) checkStopSignal(lifecycle.stopSignal, spec.os?.name, path.child('lifecycle', 'stopSignal'), out);
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

/** A hook that sleeps for longer than there is time would never end. A grace period that is itself wrong has been named already. */
function checkSleep(seconds: number | undefined, graceSeconds: number | undefined, path: FieldPath, out: Cause[]): void {
  if (seconds === undefined || graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return;
  out.push(invalidValue(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`));
}

function checkStopSignal(signal: string, os: string | undefined, path: FieldPath, out: Cause[]): void {
  if (!os) return void out.push(forbiddenField(path, 'may not be set for containers with empty `spec.os.name`'));
  const supported = os === 'windows' ? STOP_SIGNALS.windows : os === 'linux' ? STOP_SIGNALS.linux : undefined;
  if (supported && !supported.includes(signal)) out.push(notSupported(path, signal, supported));
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
