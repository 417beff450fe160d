import type { Clock } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { type Asker, ask, JetStreamError, JS_ERROR } from './api.ts';
import { FORM, isMarked, markOf, markText, requireServable, writeMark } from './mark.ts';

export interface StreamInfo {
  config: { name: string; num_replicas: number; description?: string; [setting: string]: unknown };
  state: { messages: number; first_seq: number; last_seq: number };
}

/** Whether several servers have it. */
export const isReplicated = ({ config }: StreamInfo): boolean => config.num_replicas > 1;

export interface StreamOptions {
  stream: string;
  subjects: string[];
  /** On how many servers of a NATS cluster it is kept. Absent: as it is, and on one when it is made. */
  replicas?: number;
  /** Memory: nothing is kept when the server ends. */
  storage: 'file' | 'memory';
  /** Of this kubernats. */
  version: string;
}

const RETRY_MS = 50;
/** How long a message's id is known: longer than a write can be on its way. A leader that reaches no others gives up after 10 s. */
const IDS_KEPT_NS = 30_000 * 1_000_000;
const TOO_FEW_SERVERS = new Set<number>([JS_ERROR.replicasNotSupported, JS_ERROR.noSuitablePeers]);

/** How long the servers of a cluster that starts may take to know each other: each tells of itself every 10 s. */
const PEERS_WITHIN_MS = 30_000;

/**
 * Finds or makes the stream, waiting for a JetStream that is still starting, and for the other servers of its cluster. Throws `StateRefused` when what it holds
 * must not be served.
 */
export async function ensureStream(deps: { connection: Asker; clock: Clock }, options: StreamOptions, signal?: AbortSignal): Promise<void> {
  const lateMs = deps.clock.monotonic() + PEERS_WITHIN_MS;
  for (;;) {
    try {
      if (await findOrCreate(deps.connection, options)) return;
    } catch (error) {
      if (isTooFewServers(error)) {
        const isLate = error.errorCode !== JS_ERROR.noSuitablePeers || deps.clock.monotonic() > lateMs;
        if (isLate) throw tooFewServers(options, error);
      } else if (!(error instanceof StatusError)) throw error;
    }
    await deps.clock.sleep(RETRY_MS, signal);
  }
}

/** Finds the stream, however it is marked, or makes it on one server. */
export async function ensureAnyStream(
  deps: { connection: Asker; clock: Clock },
  options: Pick<StreamOptions, 'stream' | 'subjects' | 'version'>,
): Promise<void> {
  await ask(deps.connection, `STREAM.INFO.${options.stream}`).catch(async (error: unknown) => {
    if (!(error instanceof JetStreamError && error.errorCode === JS_ERROR.streamNotFound)) throw error;
    await ensureStream(deps, { ...options, replicas: 1, storage: 'file' });
  });
}

/** False when it has to be tried again. */
async function findOrCreate(connection: Asker, options: StreamOptions): Promise<boolean> {
  const info = await ask<StreamInfo>(connection, `STREAM.INFO.${options.stream}`).catch((error: unknown) => {
    if (error instanceof JetStreamError && error.errorCode === JS_ERROR.streamNotFound) return undefined;
    throw error;
  });
  if (!info) return create(connection, options);
  requireServable(info, options.version);
  await keepOnReplicas(connection, info, options.replicas);
  if (!isMarked(info)) await writeMark(connection, info, markOf(info));
  return true;
}

/** False when it has to be tried again: two that create at the same time both find it made as they wanted. */
async function create(connection: Asker, options: StreamOptions): Promise<boolean> {
  try {
    await ask(connection, `STREAM.CREATE.${options.stream}`, {
      name: options.stream,
      description: markText({ form: FORM, version: options.version, compactedTo: 0 }),
      subjects: options.subjects,
      retention: 'limits',
      storage: options.storage,
      num_replicas: options.replicas ?? 1,
      max_msgs_per_subject: 1,
      discard: 'old',
      duplicate_window: IDS_KEPT_NS,
    });
    return true;
  } catch (error) {
    if (error instanceof StatusError || (error instanceof JetStreamError && error.errorCode === JS_ERROR.streamNameInUse)) return false;
    throw error;
  }
}

/** Copies the stream to more servers, or to fewer, when another number is wanted than it has. */
async function keepOnReplicas(connection: Asker, { config }: StreamInfo, replicas = config.num_replicas): Promise<void> {
  if (config.num_replicas !== replicas) await ask(connection, `STREAM.UPDATE.${config.name}`, { ...config, num_replicas: replicas });
}

const isTooFewServers = (error: unknown): error is JetStreamError =>
  error instanceof JetStreamError && TOO_FEW_SERVERS.has(error.errorCode);

function tooFewServers({ stream, replicas }: StreamOptions, error: JetStreamError): Error {
  return new Error(
    `the stream ${stream} cannot be kept on ${replicas} servers: ${error.message}. ` +
      'Replicas need a NATS cluster of as many servers with JetStream, and all of them in --nats-url.',
  );
}
