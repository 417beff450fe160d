import type { RedisServer } from './server.ts';
import { DATABASES } from './store.ts';

/** The answer to INFO, with the fields that people and probes look at. */
export function infoText(server: RedisServer, section = 'all'): string {
  const { context, store, config, sessions } = server;
  const uptime = Math.floor((context.clock.monotonic() - server.startedMs) / 1000);
  const sections: Record<string, readonly (readonly [string, string | number])[]> = {
    Server: [
      ['redis_version', '7.4.0'],
      ['redis_mode', 'standalone'],
      ['os', 'kubernats'],
      ['process_id', 1],
      ['tcp_port', config.get('port') ?? '6379'],
      ['uptime_in_seconds', uptime],
    ],
    Clients: [['connected_clients', sessions.size]],
    Memory: [
      ['used_memory', store.bytes],
      ['maxmemory', store.maxMemoryBytes],
      ['maxmemory_policy', store.policy],
    ],
    Persistence: [
      ['loading', 0],
      ['aof_enabled', server.journal ? 1 : 0],
    ],
    Stats: [['total_commands_processed', server.commands]],
    Replication: [
      ['role', 'master'],
      ['connected_slaves', 0],
    ],
    Keyspace: Array.from({ length: DATABASES }, (_, index) => [`db${index}`, store.database(index)] as const)
      .filter(([, { size }]) => size > 0)
      .map(
        ([name, db]) =>
          [name, `keys=${db.size},expires=${db.keys().filter((key) => db.expiresAt(key) !== undefined).length},avg_ttl=0`] as const,
      ),
  };
  const wanted = section.toLowerCase();
  const all = ['all', 'default', 'everything'].includes(wanted);
  return Object.entries(sections)
    .filter(([name]) => all || name.toLowerCase() === wanted)
    .map(([name, rows]) => `# ${name}\r\n${rows.map(([field, value]) => `${field}:${value}\r\n`).join('')}`)
    .join('\r\n');
}
