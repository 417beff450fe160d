import type { Probe } from '@kubernats/api';
import { expand } from '../env/expand.ts';
import { probeExec } from '../handlers/exec.ts';
import { probeGrpc } from '../handlers/grpc.ts';
import type { Finding, Limits, Target } from '../handlers/handler.ts';
import { probeHttp } from '../handlers/http-probe.ts';
import { probeTcp } from '../handlers/tcp-socket.ts';
import type { ProbeKind } from './verdict.ts';

/** How often a probe is tried that cannot find out. */
const TRIES = 3;

const TITLES: Readonly<Record<ProbeKind, string>> = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' };

/** Takes a warning event of the container. */
export type Warn = (reason: 'Unhealthy' | 'ProbeWarning', message: string) => void;

/** Runs a probe once. The answer is its result, or undefined where it could not find out; what went wrong becomes an event. */
export async function runProbe(
  kind: ProbeKind,
  probe: Probe,
  target: Target,
  signal: AbortSignal,
  warn: Warn,
): Promise<'success' | 'failure' | undefined> {
  const limits = { timeoutMs: (probe.timeoutSeconds ?? 1) * 1000, signal };
  let finding = await find(probe, target, limits);
  for (let tries = 1; finding.error !== undefined && tries < TRIES && !signal.aborted; tries++) finding = await find(probe, target, limits);
  if (signal.aborted) return undefined;
  const title = TITLES[kind];
  if (finding.error !== undefined) {
    warn('Unhealthy', `${title} probe errored and resulted in ${finding.result} state: ${finding.error}`);
    return undefined;
  }
  if (finding.result === 'warning') warn('ProbeWarning', `${title} probe warning: ${finding.output}`);
  if (finding.result === 'failure') warn('Unhealthy', `${title} probe failed: ${finding.output}`);
  return finding.result === 'failure' ? 'failure' : 'success';
}

async function find({ exec, httpGet, tcpSocket, grpc }: Probe, target: Target, limits: Limits): Promise<Finding> {
  try {
    if (exec) return await probeExec(expanded(exec.command ?? [], target), target, limits);
    if (httpGet) return await probeHttp(httpGet, target, limits);
    if (tcpSocket) return await probeTcp(tcpSocket, target, limits);
    if (grpc) return await probeGrpc(grpc, target, limits);
    return { result: 'unknown', error: `missing probe handler for ${target.container.name}` };
  } catch (error) {
    return { result: 'unknown', error: error instanceof Error ? error.message : String(error) };
  }
}

/** A probe's command sees the variables that the manifest gives values to, and no others. */
function expanded(command: readonly string[], { container }: Target): string[] {
  if (!command.some((word) => word.includes('$'))) return [...command];
  const given = new Map((container.env ?? []).map(({ name, value = '' }) => [name, value]));
  return command.map((word) => expand(word, (name) => given.get(name)));
}
