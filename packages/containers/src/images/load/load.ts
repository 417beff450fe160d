import { parseDuration } from '@kubernats/apimachinery';
import type { ImageContext } from '../../image.ts';
import { numberFlag, parseFlags } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { programImage } from '../../programs/program-image.ts';
import { fortioReport, heyReport, lineOf, summaryOf } from './reports.ts';
import { type LoadPlan, runLoad } from './run-load.ts';

const REPORT_EVERY_MS = 5000;

/** Calls a URL: `kubernats/load --url http://web --rate 50 --concurrency 4 --duration 1m`. Without a duration it goes on until it is stopped. */
export const load = programImage({ names: ['kubernats/load'], entrypoint: ['/load'], programs: { load: runOurs } });

/** `hey -z 30s -c 5 -q 10 http://web`. */
export const hey = programImage({
  names: ['williamyeh/hey', 'rakyll/hey', 'ricoli/hey'],
  shell: false,
  entrypoint: ['/hey'],
  programs: { hey: runHey },
});

/** `fortio load -qps 50 -c 4 -t 30s http://web`. */
export const fortio = programImage({
  names: ['fortio/fortio'],
  shell: false,
  entrypoint: ['/usr/bin/fortio'],
  programs: { fortio: runFortio },
});

async function runOurs(context: ImageContext, [, ...words]: readonly string[]): Promise<number> {
  const table = {
    ...{
      url: context.env.TARGET_URL ?? '',
      rate: '10',
      concurrency: '1',
      duration: '',
      requests: '',
      timeout: '5s',
      method: 'GET',
      body: '',
    },
    ...{ header: '', 'max-error-rate': '0', 'report-every': '5s' },
  };
  const { values, all, rest } = parseFlags(words, table);
  const plan = planOf({
    url: rest[0] ?? values.url,
    method: values.method,
    headers: all('header'),
    body: values.body,
    rate: values.rate,
    concurrency: values.concurrency,
    duration: values.duration,
    requests: values.requests,
    timeout: values.timeout,
  });
  const maxErrorRate = numberFlag('max-error-rate', values['max-error-rate']);
  const every = { ...plan, reportEveryMs: parseDuration(values['report-every'], 's') || REPORT_EVERY_MS };
  const startedMs = context.clock.monotonic();
  const whole = await runLoad(context, every, (_whole, part, elapsedMs) =>
    context.stdout(`${lineOf(part, elapsedMs, every.reportEveryMs)}\n`),
  );
  context.stdout(summaryOf(whole, context.clock.monotonic() - startedMs));
  return whole.requests === 0 || whole.bad / whole.requests > maxErrorRate ? 1 : 0;
}

async function runHey(context: ImageContext, [, ...words]: readonly string[]): Promise<number> {
  const table = {
    ...{
      n: '200',
      c: '50',
      q: '0',
      z: '',
      m: 'GET',
      H: '',
      t: '20',
      A: '',
      d: '',
      D: '',
      T: 'text/html',
      a: '',
      x: '',
      o: '',
      host: '',
      cpus: '',
    },
    ...{ h2: false, 'disable-compression': false, 'disable-keepalive': false, 'disable-redirects': false, more: false },
  };
  const { values, all, rest } = parseFlags(words, table);
  const [url] = rest;
  if (url === undefined) throw new ProgramExit(1, 'Usage: hey [options...] <url>');
  const plan = planOf({
    url,
    method: values.m,
    headers: [...all('H'), ...(values.d === '' ? [] : [`content-type: ${values.T}`])],
    body: values.d,
    rate: String(numberFlag('q', values.q) * numberFlag('c', values.c)),
    concurrency: values.c,
    duration: values.z,
    requests: values.z === '' ? values.n : '',
    timeout: values.t === '0' ? '1h' : values.t,
  });
  const startedMs = context.clock.monotonic();
  const whole = await runLoad(context, plan, () => {});
  context.stdout(heyReport(whole, context.clock.monotonic() - startedMs));
  return 0;
}

async function runFortio(context: ImageContext, [, command = '', ...words]: readonly string[]): Promise<number> {
  if (command !== 'load' && command !== 'curl') {
    throw new ProgramExit(1, `fortio ${command} is not simulated by kubernats; simulated are: load, curl`);
  }
  const table = {
    ...{
      qps: '8',
      c: '4',
      t: '5s',
      n: '0',
      H: '',
      timeout: '3s',
      payload: '',
      X: 'GET',
      'content-type': '',
      loglevel: '',
      p: '',
      json: '',
      r: '',
    },
    ...{
      keepalive: true,
      'allow-initial-errors': false,
      quiet: false,
      a: false,
      k: false,
      stdclient: false,
      uniform: false,
      nocatchup: false,
    },
  };
  const { values, all, rest } = parseFlags(words, table);
  const [url] = rest;
  if (url === undefined) throw new ProgramExit(1, 'Error: fortio load needs a url or destination');
  const one = command === 'curl';
  const plan = planOf({
    url,
    method: values.payload === '' ? values.X : 'POST',
    headers: [...all('H'), ...(values['content-type'] === '' ? [] : [`content-type: ${values['content-type']}`])],
    body: values.payload,
    rate: one || values.qps === 'max' ? '0' : values.qps,
    concurrency: one ? '1' : values.c,
    duration: one || numberFlag('n', values.n) > 0 || values.t === '0' ? '' : values.t,
    requests: one ? '1' : numberFlag('n', values.n) > 0 ? values.n : '',
    timeout: values.timeout,
  });
  const startedMs = context.clock.monotonic();
  context.stdout(`Fortio running at ${values.qps} queries per second, ${plan.concurrency} thread(s), for ${values.t}: ${url}\n`);
  const whole = await runLoad(context, plan, () => {});
  context.stdout(fortioReport(whole, context.clock.monotonic() - startedMs));
  return whole.latencies.count === 0 ? 1 : 0;
}

interface Asked extends Record<'url' | 'method' | 'body' | 'rate' | 'concurrency' | 'duration' | 'requests' | 'timeout', string> {
  headers: string[];
}

function planOf(asked: Asked): LoadPlan {
  const url = asked.url.includes('://') ? asked.url : `http://${asked.url}`;
  if (asked.url === '' || !URL.canParse(url)) throw new ProgramExit(2, `no URL to call: ${JSON.stringify(asked.url)}`);
  if (!url.startsWith('http://')) throw new ProgramExit(2, `${url}: only http:// is simulated`);
  const concurrency = numberFlag('c', asked.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000)
    throw new ProgramExit(2, 'the concurrency must be from 1 to 1000');
  return {
    url,
    method: asked.method,
    headers: Object.fromEntries(asked.headers.filter(Boolean).map(headerOf)),
    body: asked.body === '' ? undefined : asked.body,
    ratePerSecond: numberFlag('rate', asked.rate),
    concurrency,
    durationMs: asked.duration === '' ? undefined : durationOf('duration', asked.duration),
    requests: asked.requests === '' ? undefined : numberFlag('n', asked.requests),
    timeoutMs: durationOf('timeout', asked.timeout),
    reportEveryMs: REPORT_EVERY_MS,
  };
}

function durationOf(name: string, text: string): number {
  const ms = parseDuration(text, 's');
  if (ms === undefined || ms === 0)
    throw new ProgramExit(2, `invalid value ${JSON.stringify(text)} for flag -${name}: not a duration such as 30s`);
  return ms;
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([\w-]+):\s*([\x20-\x7e]*)$/.exec(text) ?? [];
  if (name === undefined) throw new ProgramExit(2, `invalid header ${JSON.stringify(text)}: must be NAME: VALUE`);
  return [name.toLowerCase(), value ?? ''];
}
