import { afterEach, expect, test } from 'vitest';
import type { Listener } from '../port.ts';
import { anyipNetwork } from './anyip.ts';

let listener: Listener | undefined;
afterEach(() => listener?.close());

/** The source that a server sees of a call from 127.66.0.7. */
async function sourceSeen(inside: string): Promise<string> {
  const network = anyipNetwork([inside]);
  listener = await network.listen({ host: '127.66.0.9', port: 0 }, (connection) => connection.end(connection.remote.host));
  const connection = await network.dial(listener.address, { localHost: '127.66.0.7' });
  return Buffer.concat(await connection.toArray()).toString();
}

test('a connection to a range that knows the way back keeps its source', async () => {
  expect(await sourceSeen('127.66.0.0/16')).toBe('127.66.0.7');
});

test('one to elsewhere has the source that the machine chooses', async () => {
  expect(await sourceSeen('10.244.0.0/16')).not.toBe('127.66.0.7');
});
