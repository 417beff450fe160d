import { ContainerStartError } from '@kubernats/containers';
import { internalError, StatusError, type StatusObject } from '@kubernats/errors';

/** What a program's end looks like on the error channel of `kubectl exec`. Source: the remote command protocol, version 4. */
export type CommandStatus = StatusObject | { metadata: object; status: 'Success' } | ExitStatus;

interface ExitStatus {
  metadata: object;
  status: 'Failure';
  message: string;
  reason: 'NonZeroExitCode';
  details: { causes: { reason: 'ExitCode'; message: string }[] };
}

export function exitStatus(code: number): CommandStatus {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** Why a program could not be run, in the words of a node's kubelet and its runtime. */
export function execFailure(error: unknown, id: string): CommandStatus {
  if (error instanceof StatusError) return error.toStatus();
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ContainerStartError)) return internalError(`error executing command in container: ${message}`).toStatus();
  // What a runtime says when a container cannot be created stands before what went wrong with its program.
  const why = message.slice(Math.max(0, message.indexOf('exec: "'))).replace(/: unknown$/, '');
  const runtime = `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;
  return internalError(
    `error executing command in container: failed to exec in container: failed to start exec "${id}": ${runtime}`,
  ).toStatus();
}

export function attachFailure(error: unknown): CommandStatus {
  if (error instanceof StatusError) return error.toStatus();
  return internalError(`error attaching to container: ${error instanceof Error ? error.message : String(error)}`).toStatus();
}
