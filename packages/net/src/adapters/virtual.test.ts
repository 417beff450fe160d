import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { VirtualNetwork } from './virtual.ts';

test('latency is the time of the clock, in each direction', async () => {
  const clock = new SteppedClock();
  const network = new VirtualNetwork({ latency: { clock, ms: 20 } });
  await network.listen({ host: '10.0.0.1', port: 80 }, (connection) => connection.pipe(connection));
  const dialled = network.dial({ host: '10.0.0.1', port: 80 });
  await clock.advance(20);
  const connection = await dialled;
  let received = '';
  connection.on('data', (chunk) => {
    received += chunk;
  });
  connection.write('ping');
  await clock.advance(39);
  expect(received).toBe('');
  await clock.advance(1);
  expect(received).toBe('ping');
});

test('ports below the unprivileged start are refused with EACCES', async () => {
  const network = new VirtualNetwork({ unprivilegedPortStart: 1024 });
  await expect(network.listen({ host: '10.0.0.1', port: 80 }, () => {})).rejects.toMatchObject({ code: 'EACCES' });
});

test('a listener on 0.0.0.0 answers on every address', async () => {
  const network = new VirtualNetwork();
  await network.listen({ host: '0.0.0.0', port: 80 }, (connection) => connection.end('any'));
  const connection = await network.dial({ host: '10.9.9.9', port: 80 });
  expect((await connection.toArray()).join('')).toBe('any');
  await expect(network.listen({ host: '10.0.0.1', port: 80 }, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('what is open can be counted, so that a leak is seen', async () => {
  const network = new VirtualNetwork();
  const listener = await network.listen({ host: '10.0.0.1', port: 80 }, (connection) => connection.resume().end());
  const connection = await network.dial({ host: '10.0.0.1', port: 80 });
  expect(network.listening).toEqual(['10.0.0.1:80']);
  expect(network.openEnds).toBe(2);
  const closed = new Promise((resolve) => connection.once('close', resolve));
  connection.resume().end();
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  await listener.close();
  expect(network.listening).toEqual([]);
  expect(network.openEnds).toBe(0);
});
