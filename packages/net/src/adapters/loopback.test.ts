import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Address, Connection } from '../port.ts';
import { loopbackNetwork } from './loopback.ts';

/** An address as the kernel writes it into /proc/net/tcp: 127.80.0.1:80 is 0100507F:0050. */
function kernelForm({ host, port }: Address): string {
  const bytes = host.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `${bytes.reverse().join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

/** Which timer the kernel runs for a connection's end. Source: proc(5), /proc/net/tcp, field `tr`. */
function kernelTimer(local: Address, remote: Address): string | undefined {
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const row = rows
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1] === kernelForm(local) && fields[2] === kernelForm(remote));
  return row?.[5]?.split(':')[0];
}

const KEEP_ALIVE = '02';

test('the kernel asks silent peers whether they are still there, on both ends: one that vanished is not held for ever', async () => {
  const network = loopbackNetwork();
  const accepted = Promise.withResolvers<Connection>();
  await using listener = await network.listen({ host: '127.80.0.1', port: 0 }, accepted.resolve);
  const near = await network.dial(listener.address);
  const far = await accepted.promise;
  expect(kernelTimer(near.local, near.remote)).toBe(KEEP_ALIVE);
  expect(kernelTimer(far.local, far.remote)).toBe(KEEP_ALIVE);
  near.destroy();
  far.destroy();
});
