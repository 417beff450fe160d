import type { HTTPGetAction, LifecycleHandler } from '@kubernats/api';
import { Deadline } from './deadline.ts';
import { type ExecResult, execIn } from './exec.ts';
import { hostPort } from './go-words.ts';
import type { Target } from './handler.ts';
import { GetError, get } from './http-get.ts';
import { type GetRequest, requestOf } from './http-request.ts';

/** Why a hook failed, as the kubelet logs it. */
export class HookError extends Error {
  override readonly name = 'HookError';
}

export interface HookCall {
  target: Target;
  /** `web_default(uid)` */
  pod: string;
  signal: AbortSignal;
  /** Something that the Pod's owner should know though the hook went well. */
  warn(reason: string, message: string): void;
}

/**
 * Runs what `postStart` or `preStop` asks for. There is no time-out: whoever calls stops waiting. Throws `HookError`. An HTTP answer of any
 * code is good; `tcpSocket` is kept for compatibility only and fails. Source: Kubernetes, "Container Lifecycle Hooks".
 */
export async function runHook(handler: LifecycleHandler, call: HookCall): Promise<void> {
  const { exec, httpGet, sleep } = handler;
  if (exec) return runExec(exec.command ?? [], call);
  if (httpGet) return runHttp(httpGet, call);
  if (sleep) return runSleep(sleep.seconds, call);
  throw new HookError(`Cannot run handler: invalid handler: ${JSON.stringify(handler)}`);
}

async function runExec(command: readonly string[], call: HookCall): Promise<void> {
  const failed = (error: string, output: string): HookError =>
    failure('Exec', `[${command.join(' ')}]`, call, `${error}, message: ${JSON.stringify(output)}`);
  let result: ExecResult;
  try {
    result = await execIn(call.target, command, { timeoutMs: undefined, signal: call.signal });
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error), '');
  }
  const { exitCode, output, stderr } = result;
  if (exitCode !== 0) throw failed(`command '${command.join(' ')}' exited with ${exitCode}: ${stderr}`, output);
}

async function runHttp(action: HTTPGetAction, call: HookCall): Promise<void> {
  const { target, signal } = call;
  try {
    const request = requestOf(action, target.container, target.podIp, 'lifecycle');
    await get(request, target, { timeoutMs: undefined, signal }).catch((error: unknown) => fallBack(error, request, call));
  } catch (error) {
    // What follows the header of an answer does not matter.
    if (error instanceof GetError && error.phase === 'body') return;
    throw failure('HTTP', action.path ?? '', call, error instanceof Error ? error.message : String(error));
  }
}

/** Before there was HTTPS in hooks, `scheme` was not looked at: a server without TLS is asked again, without what is secret. */
async function fallBack(error: unknown, request: GetRequest, { target, signal, warn }: HookCall): Promise<void> {
  if (!request.secure || !(error instanceof GetError) || !error.message.endsWith('server gave HTTP response to HTTPS client')) throw error;
  const plain = { ...request, secure: false, headers: request.headers.filter(([name]) => name !== 'Authorization') };
  await get(plain, target, { timeoutMs: undefined, signal });
  const where = hostPort(request.host, request.port);
  warn('LifecycleHTTPFallback', `request to HTTPS lifecycle hook ${where} got HTTP response, retry with HTTP succeeded`);
}

async function runSleep(seconds: number, call: HookCall): Promise<void> {
  using deadline = new Deadline(call.target.clock, seconds * 1000, call.signal);
  const { signal } = deadline;
  await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
  if (!deadline.passed) throw failure('Sleep', String(seconds), call, 'container terminated before sleep hook finished');
}

function failure(kind: 'Exec' | 'HTTP' | 'Sleep', what: string, { target, pod }: HookCall, error: string): HookError {
  const name = JSON.stringify(target.container.name);
  return new HookError(`${kind} lifecycle hook (${what}) for Container ${name} in Pod ${JSON.stringify(pod)} failed - error: ${error}`);
}
