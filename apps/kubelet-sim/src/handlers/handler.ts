import type { Container } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import type { RunningContainer } from '@kubernats/containers';
import type { Dial } from './dial.ts';

/** What a handler acts on: one run of a container, seen from its node. */
export interface Target {
  container: Container;
  podIp: string;
  running: Pick<RunningContainer, 'exec'>;
  /** Opens connections from the node. */
  dial: Dial;
  clock: Clock;
}

/** How long a handler may take, and what ends it early. */
export interface Limits {
  /** Undefined: as long as it wants. */
  timeoutMs: number | undefined;
  signal: AbortSignal;
}

/**
 * What a probe's handler found. A warning counts as a success. With an `error` the handler could not find out: the kubelet tries again,
 * then throws the result away.
 */
export type Finding =
  | { result: 'success' | 'warning' | 'failure'; output: string; error?: undefined }
  | { result: 'failure' | 'unknown'; error: string };

export const success = (output = ''): Finding => ({ result: 'success', output });
export const failure = (output: string): Finding => ({ result: 'failure', output });
