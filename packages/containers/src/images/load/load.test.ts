import { SteppedClock } from '@kubernats/clock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ImageFixture, type StartedImage } from '../image.fixture.ts';
import { Histogram } from './histogram.ts';

describe('latencies in buckets', () => {
  test('quantiles are right within two percent', () => {
    const histogram = new Histogram();
    for (let ms = 1; ms <= 1000; ms++) histogram.add(ms);
    for (const share of [0.5, 0.9, 0.99, 1]) expect(Math.abs(histogram.quantile(share) / (1000 * share) - 1)).toBeLessThan(0.02);
    expect(new Histogram().quantile(0.5)).toBe(0);
  });
});

describe('a client under load', () => {
  let clock: SteppedClock;
  let pod: ImageFixture;
  beforeEach(() => {
    clock = new SteppedClock();
    pod = new ImageFixture({ clock });
  });
  afterEach(() => pod[Symbol.asyncDispose]());

  async function toItsEnd(started: StartedImage): Promise<number> {
    let code: number | undefined;
    void started.exitCode().then((ended) => {
      code = ended;
    });
    while (code === undefined) await clock.advance(10);
    return code;
  }

  test('calls a Service by its name at a rate, and says how it went', async () => {
    await pod.start('hashicorp/http-echo', ['-text=hi'], { name: 'server' });
    const client = await pod.start('kubernats/load', [
      '--url',
      'http://web:5678/',
      '--rate=20',
      '--concurrency=2',
      '--duration=10s',
      '--report-every=5s',
    ]);
    expect(await toItsEnd(client)).toBe(0);
    const lines = client.out.split('\n');
    expect(lines[0]).toMatch(/^5s rate (19|20)\.\d\/s ok \d+ errors 0 p50 \S+ms p90 \S+ms p99 \S+ms 200:\d+$/);
    expect(client.out).toMatch(/^requests 200 in \d+\.\ds, \d+\.\d\/s\nerrors 0 \(0\.00 %\)\nlatency min .*\nstatuses 200:200$/m);
  });

  test('errors have their share in the exit code', async () => {
    await pod.start('ealen/echo-server', [], { name: 'server', env: { PORT: '3000' } });
    const run = async (...args: string[]) => {
      const client = await pod.start('kubernats/load', [`http://${pod.ip}:3000/?echo_code=503`, '--requests=4', '--rate=0', ...args]);
      return [await toItsEnd(client), client.out];
    };
    expect(await run()).toEqual([1, expect.stringContaining('errors 4 (100.00 %)')]);
    expect(await run('--max-error-rate=1')).toEqual([0, expect.stringContaining('statuses 503:4')]);
    const nobody = await pod.start('kubernats/load', ['http://web:1', '--requests=3', '--rate=10']);
    expect(await toItsEnd(nobody)).toBe(1);
    expect(nobody.out).toContain('error 3 times: connect to 10.244.0.5:1: ECONNREFUSED');
  });

  test('goes on until it is stopped, and sums up then', async () => {
    await pod.start('hashicorp/http-echo', [], { name: 'server' });
    const client = await pod.start('kubernats/load', ['http://web:5678']);
    await clock.advance(60_000);
    client.container.signal('SIGTERM');
    expect(await toItsEnd(client)).toBe(0);
    expect(client.out).toContain('60s rate 10.0/s');
    expect(client.out).toMatch(/^requests 60\d in 60/m);
  });

  test('hey and fortio take their own flags and print in their own way', async () => {
    await pod.start('hashicorp/http-echo', [], { name: 'server' });
    const hey = await pod.start('williamyeh/hey', ['-n', '20', '-c', '2', '-H', 'X-A: b', 'http://web:5678/']);
    expect(await toItsEnd(hey)).toBe(0);
    expect(hey.out).toContain('  [200]\t20 responses');
    const fortio = await pod.start('fortio/fortio', ['load', '-qps', '10', '-c', '2', '-t', '2s', 'web:5678']);
    expect(await toItsEnd(fortio)).toBe(0);
    expect(fortio.out).toContain('Code 200 : 20 (100.00 %)');
  });

  test.each([
    [[], 'no URL to call: ""'],
    [['--url=https://web'], 'https://web: only http:// is simulated'],
    [['--url=http://web', '--rate=fast'], 'invalid value "fast" for flag -rate: parse error'],
    [['--url=http://web', '--duration=long'], 'invalid value "long" for flag -duration: not a duration such as 30s'],
    [['--url=http://web', '--concurrency=0'], 'the concurrency must be from 1 to 1000'],
    [['--url=http://web', '--header', 'x\ny: z'], 'invalid header "x\\ny: z": must be NAME: VALUE'],
  ])('%j is refused', async (args, message) => {
    const client = await pod.start('kubernats/load', args);
    expect([await client.exitCode(), client.err]).toEqual([2, `${message}\n`]);
  });
});
