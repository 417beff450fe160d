import type { Log } from '@kubernats/client';
import { pino } from 'pino';

/** Writes lines of JSON to standard output. In its own module, so that `--help` does not load it. */
export function createLogger(component: string, level: string): Log {
  const serializers = { error: pino.stdSerializers.err, err: pino.stdSerializers.err };
  return pino({ level, base: { component }, serializers }, pino.destination({ fd: 1, sync: true }));
}
