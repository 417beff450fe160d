import type { Log } from '@kubernats/client';
import { type Clock, type Ids, type Random, realClock, realIds, realRandom } from '@kubernats/clock';
import { type Metrics, noMetrics } from '@kubernats/controller';
import { Readiness } from '../health.ts';
import type { programOptions } from '../options/component-options.ts';
import { helpText } from '../options/help.ts';
import type { ConfigOf, OptionTable } from '../options/option.ts';
import { parseOptions, UsageError } from '../options/parse.ts';
import { VERSION } from '../version.ts';

/** What a program gets from its surroundings. */
export interface AppContext<Config> {
  config: Config;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  /** Aborts when the program should stop: SIGTERM, SIGINT, or its supervisor went away. */
  signal: AbortSignal;
  metrics: Metrics;
  /** Call once everything works: tells the supervisor, and `/readyz`. */
  ready(): void;
  /** What `/readyz` says until then. */
  waitFor(describe: () => readonly string[]): void;
}

export interface App<Table extends OptionTable> {
  name: string;
  description: string;
  options: Table & typeof programOptions;
  /** Runs until the signal aborts, and then stops in order. Resolving means a clean end, throwing exit code 1 (a `UsageError` 2). */
  start(context: AppContext<ConfigOf<Table & typeof programOptions>>): Promise<void>;
  /** How long an orderly stop may take. Milliseconds, default 10 000. */
  stopWithinMs?: number | ((config: ConfigOf<Table & typeof programOptions>) => number);
}

/**
 * The frame of every process: options, log, signals, health, exit codes (0 done, 1 failed, 2 wrong usage). Never returns
 * to the caller in a way that matters: the process ends when the program does.
 */
export async function runApp<Table extends OptionTable>(app: App<Table>): Promise<void> {
  const config = readConfig(app);
  if (!config) return;
  const { createLogger } = await import('./logger.ts');
  const log = createLogger(app.name, config.logLevel);
  const { stopWithinMs = 10_000 } = app;
  const stop = stopSignal(log, typeof stopWithinMs === 'number' ? stopWithinMs : stopWithinMs(config));
  const die = (error: unknown, what: string) => {
    log.error({ error }, what);
    process.exit(1);
  };
  // A rejection that nobody handles becomes one too: whoever contains the errors of a part of this process then sees both.
  process.on('uncaughtException', (error, origin) =>
    die(error, origin === 'unhandledRejection' ? 'unhandled rejection' : 'uncaught exception'),
  );
  // Timers of the clock hold no process alive, and a program that waits for nothing but them must not end.
  const alive = setInterval(() => {}, 2 ** 30);
  const readiness = new Readiness(() => {
    log.info({}, 'ready');
    if (process.connected) process.send?.({ type: 'ready' });
  });
  try {
    const metrics = await metricsAndHealth(config.healthPort, readiness, log);
    await app.start({
      config,
      clock: realClock,
      random: realRandom,
      ids: realIds,
      log,
      signal: stop,
      metrics,
      ready: () => readiness.ready(),
      waitFor: (describe) => readiness.waitFor(describe),
    });
  } catch (error) {
    if (error instanceof UsageError) {
      tellUsage(app.name, error);
      process.exit(2);
    }
    if (!stop.aborted) die(error, 'failed');
    if (error !== stop.reason) log.warn({ error }, 'trouble while stopping');
  }
  clearInterval(alive);
  log.info({}, 'stopped');
  process.exit(0);
}

function readConfig<Table extends OptionTable>(app: App<Table>): ConfigOf<Table & typeof programOptions> | undefined {
  try {
    const parsed = parseOptions(app.options, process.argv.slice(2), process.env);
    if (parsed.ask === 'run') return parsed.config;
    process.stdout.write(parsed.ask === 'help' ? helpText(app) : `${app.name} ${VERSION}\n`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tellUsage(app.name, error);
    process.exitCode = 2;
  }
  return undefined;
}

function tellUsage(name: string, { message }: UsageError): void {
  process.stderr.write(`${name}: ${message}\nSee ${name} --help.\n`);
}

/** Aborts on the first SIGTERM, SIGINT or loss of the supervisor; the process then has so long to end by itself. */
function stopSignal(log: Log, withinMs: number): AbortSignal {
  const controller = new AbortController();
  const stop = (why: string) => {
    if (controller.signal.aborted) return;
    log.info({ why }, 'stopping');
    controller.abort(new Error(`stopping: ${why}`));
    setTimeout(() => {
      log.error({ withinMs }, 'did not stop in time');
      process.exit(1);
    }, withinMs).unref();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (process.connected) {
    process.on('disconnect', () => stop('the supervisor is gone'));
    // Node keeps a process alive for an IPC channel only while somebody listens, so that 'disconnect' alone would not.
    process.channel?.unref();
  }
  return controller.signal;
}

async function metricsAndHealth(port: number, readiness: Readiness, log: Log): Promise<Metrics> {
  if (port === 0) return noMetrics;
  const [{ prometheusMetrics }, { keepHealthServer, startHealthServer }] = await Promise.all([
    import('./prometheus.ts'),
    import('./health-server.ts'),
  ]);
  const metrics = prometheusMetrics();
  await keepHealthServer(port, log, () => startHealthServer(port, readiness, () => metrics.text()));
  return metrics;
}
