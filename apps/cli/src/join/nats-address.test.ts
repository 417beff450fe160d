import { expect, test } from 'vitest';
import { natsAddress, refuseLoopback } from './nats-address.ts';

test('where a URL leads', () => {
  expect(natsAddress('tls://10.0.0.1')).toEqual({ url: 'tls://10.0.0.1:4222', host: '10.0.0.1', port: 4222 });
  expect(natsAddress('nats://nats:4223')).toEqual({ url: 'nats://nats:4223', host: 'nats', port: 4223 });
  for (const wrong of ['', '10.0.0.1', '10.0.0.1:4222', 'https://10.0.0.1:6443', 'tls://', 'tls://a:99999'])
    expect(() => natsAddress(wrong)).toThrow(`${wrong} is not the URL of a NATS server, such as tls://10.0.0.1:4222`);
});

test('nobody joins a cluster on loopback addresses, whatever they are called', async () => {
  for (const host of ['127.0.0.1', '127.5.5.5', 'localhost'])
    await expect(refuseLoopback(natsAddress(`tls://${host}:4222`))).rejects.toThrow(
      'is on a loopback address, which each machine has for itself',
    );
  await expect(refuseLoopback(natsAddress('tls://10.0.0.1'))).resolves.toBeUndefined();
  await expect(refuseLoopback(natsAddress('tls://no-such-host.invalid'))).rejects.toThrow(
    'no-such-host.invalid is not known to this machine',
  );
});
