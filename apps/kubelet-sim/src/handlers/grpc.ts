import type { GRPCAction } from '@kubernats/api';
import { formatDuration } from '@kubernats/apimachinery';
import { Deadline } from './deadline.ts';
import { hostPort } from './go-words.ts';
import { type Finding, failure, type Limits, success, type Target } from './handler.ts';
import { userAgent } from './http-request.ts';

/** gRPC's own waits between attempts to connect. */
const RETRY_FIRST_MS = 1000;
const RETRY_FACTOR = 1.6;

const CODES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];
const DEADLINE_EXCEEDED = 4;
const UNIMPLEMENTED = 12;

/**
 * A probe that asks gRPC's health service. As gRPC's client does, it goes on trying to connect until its time is over: a closed port is a
 * time-out.
 */
export async function probeGrpc({ port, service = '' }: GRPCAction, target: Target, { timeoutMs, signal }: Limits): Promise<Finding> {
  using deadline = new Deadline(target.clock, timeoutMs, signal);
  const authority = hostPort(target.podIp, port);
  const within = formatDuration(timeoutMs ?? 0);
  let connected = false;
  // HTTP/2 is loaded by whom it is needed.
  const { grpcCheck } = await import('./adapters/grpc-check.ts');
  for (let waitMs = RETRY_FIRST_MS; !deadline.signal.aborted; waitMs *= RETRY_FACTOR) {
    try {
      const connection = await target.dial(target.podIp, port, deadline.signal);
      const call = { authority, service, userAgent: userAgent('probe') };
      const onConnect = (): void => {
        connected = true;
      };
      const reply = await grpcCheck(connection, call, onConnect, deadline.signal);
      return 'code' in reply ? refused(reply.code, reply.message, within) : verdict(reply.status);
    } catch {
      if (connected) break;
      await target.clock.sleep(waitMs, deadline.signal).catch(() => {});
    }
  }
  if (connected) return failure(`timeout: health rpc did not complete within ${within}`);
  return failure(`timeout: failed to connect service "${authority}" within ${within}: context deadline exceeded`);
}

function verdict(status: string): Finding {
  return status === 'SERVING' ? success('service healthy') : failure(`service unhealthy (responded with "${status}")`);
}

function refused(code: number, message: string, within: string): Finding {
  if (code === UNIMPLEMENTED) {
    return failure(`error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`);
  }
  if (code === DEADLINE_EXCEEDED) return failure(`timeout: health rpc did not complete within ${within}`);
  return failure(`error: health rpc probe failed: rpc error: code = ${CODES[code] ?? `Code(${code})`} desc = ${message}`);
}
