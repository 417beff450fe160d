import { API_SERVER_IDENTITY, createNatsAuthority, permissionsOf, userCreds } from '@kubernats/bus';
import { realClock, realIds } from '@kubernats/clock';
import { openJetStreamStore } from '@kubernats/store';
import { expect, test } from 'vitest';
import { startNatsServer } from '../src/adapters/nats-server.ts';

const KEY = { group: '', resource: 'configmaps', namespace: 'default', name: 'first' };

test('R2: what the first clients of a server write is there, though they all come at one moment', async () => {
  const authority = await createNatsAuthority('default');
  const identity = API_SERVER_IDENTITY;
  const creds = new TextEncoder().encode(await userCreds(authority, { identity, permissions: permissionsOf('default', identity) }));
  await using server = await startNatsServer({ authority });
  // Tells of it: the system account makes the server load the cluster's account before anybody can connect.
  const claims = JSON.parse(Buffer.from(authority.systemAccountJwt.split('.')[1] ?? '', 'base64url').toString()) as SystemClaims;
  expect(claims.nats.imports.map(({ account }) => account)).toEqual([authority.account]);
  const common = { url: server.url, creds, cluster: 'default', identity, clock: realClock, ids: realIds };
  const stores = await Promise.all(['state', 'events', 'leases'].map((name) => openJetStreamStore({ ...common, name })));
  await Promise.all(stores.map((store) => store.create(KEY, new TextEncoder().encode('written'))));
  for (const store of stores) {
    expect(new TextDecoder().decode((await store.get(KEY))?.value)).toBe('written');
    await store[Symbol.asyncDispose]();
  }
});

interface SystemClaims {
  nats: { imports: { account: string }[] };
}
