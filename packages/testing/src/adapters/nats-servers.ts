import { API_SERVER_IDENTITY, connectToNats, permissionsOf, userCreds } from '@kubernats/bus';
import { freePort, type NatsServerOptions, prepareNatsServer, type TestNatsServer } from './nats-server.ts';

/** Three nats-servers that keep their streams together. */
export interface TestNatsServers extends AsyncDisposable {
  /** Of all of them, as `--nats-url` takes them. */
  readonly url: string;
  readonly servers: readonly TestNatsServer[];
  /** The one that leads the cluster's log of this name (`state`). */
  leaderOf(cluster: string, log: string): Promise<TestNatsServer>;
}

/** Starts three nats-servers on free ports that are one cluster, each with a folder of its own. */
export async function startNatsServers(options: NatsServerOptions = {}): Promise<TestNatsServers> {
  const routes = [await freePort(), await freePort(), await freePort()];
  const names = routes.map((_, index) => `test-${index + 1}`);
  const servers = await Promise.all(
    routes.map(async (port, index) =>
      prepareNatsServer({
        ...options,
        port: await freePort(),
        serverName: names[index] ?? '',
        cluster: { name: 'test', host: '127.0.0.1', port, servers: routes.map((each) => `127.0.0.1:${each}`) },
      }),
    ),
  );
  await Promise.all(servers.map((server) => server.start()));
  const url = servers.map((server) => server.url).join(',');
  return {
    url,
    servers,
    async leaderOf(cluster, log) {
      const permissions = permissionsOf(cluster, API_SERVER_IDENTITY);
      const creds = options.authority && (await userCreds(options.authority, { identity: API_SERVER_IDENTITY, permissions }));
      const connection = await connectToNats({
        ...{ url, cluster, identity: API_SERVER_IDENTITY },
        ...(creds === undefined ? {} : { creds: new TextEncoder().encode(creds) }),
      });
      try {
        const answer = await connection.request(`$JS.API.STREAM.INFO.kn-${cluster}-${log}`);
        const { cluster: replicas } = answer.json<{ cluster: { leader: string } }>();
        const leader = servers[names.indexOf(replicas.leader)];
        if (!leader) throw new Error(`${replicas.leader} leads, which is none of these`);
        return leader;
      } finally {
        await connection.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}
