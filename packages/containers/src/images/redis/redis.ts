import { NetworkError } from '@kubernats/net';
import type { ImageContext } from '../../image.ts';
import { portOf } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { programImage } from '../../programs/program-image.ts';
import { untilStopped } from '../../web/until-stopped.ts';
import { redisCli } from './cli.ts';
import { Journal } from './journal.ts';
import { listen } from './server.ts';
import { applyConfig, settingsOf } from './settings.ts';
import { RedisStore } from './store.ts';

/** A key-value server that speaks Redis' protocol and keeps its data in /data. `redis-cli` is there too. */
export const redis = programImage({
  names: ['redis', 'valkey', 'valkey/valkey', 'bitnami/redis', 'bitnamilegacy/redis', 'bitnami/valkey', 'kubernats/redis'],
  defaultPorts: [6379],
  defaultArgs: ['redis-server'],
  completeArgs: (args) => (/^-|\.conf$/.test(args[0] ?? '') ? ['redis-server', ...args] : args),
  programs: {
    'redis-server': runServer,
    'valkey-server': runServer,
    'redis-cli': redisCli,
    'valkey-cli': redisCli,
    'docker-entrypoint.sh': (context, words) => runServer(context, words.slice(1)),
  },
});

async function runServer(context: ImageContext, [, ...words]: readonly string[]): Promise<number> {
  const { files, env, clock } = context;
  const config = await settingsOf(files, words);
  // Bitnami's images are set by their environment.
  const bitnami = /(^|\/)bitnami(legacy)?\//.test(context.image);
  const password = env.REDIS_PASSWORD ?? env.VALKEY_PASSWORD;
  if (bitnami) config.set('dir', env.REDIS_DATA_DIR ?? '/bitnami/redis/data');
  if (bitnami && password !== undefined) config.set('requirepass', password);

  const store = new RedisStore(() => clock.now());
  for (const name of ['maxmemory', 'maxmemory-policy']) {
    const problem = applyConfig(config, store, name, config.get(name) ?? '');
    if (problem !== undefined) throw new ProgramExit(1, `*** FATAL CONFIG FILE ERROR ***\n${name} ${config.get(name)}: ${problem}`);
  }
  const say = (text: string): void => void context.stdout(`1:M ${stamp(clock.now())} * ${text}\n`);
  const path = `${config.get('dir')}/${config.get('appendfilename')}`;
  const journal = config.get('appendonly') === 'no' ? undefined : new Journal(files, path);
  if (journal) {
    await store.open(journal);
    say(`DB loaded from append only file: ${store.bytes} bytes`);
  }
  context.meter.setMemory(store.bytes);
  const port = portOf(config.get('port') ?? '');
  try {
    await listen(context, port, { store, journal, config });
  } catch (error) {
    if (!(error instanceof NetworkError) || error.code !== 'EADDRINUSE') throw error;
    throw new ProgramExit(
      1,
      `1:M ${stamp(clock.now())} # Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use\n1:M ${stamp(clock.now())} # Failed listening on port ${port} (tcp), aborting.`,
    );
  }
  say(`Ready to accept connections tcp`);
  const code = await untilStopped(context);
  say('User requested shutdown...');
  await journal?.flush();
  say('Redis is now ready to exit, bye bye...');
  return code;
}

/** `27 Nov 2026 10:22:40.123`. */
function stamp(ms: number): string {
  const [, day = '', month = '', year = ''] = new Date(ms).toUTCString().split(' ');
  return `${day} ${month} ${year} ${new Date(ms).toISOString().slice(11, 23)}`;
}
