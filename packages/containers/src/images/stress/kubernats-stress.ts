import { parseDuration, quantityMilli } from '@kubernats/apimachinery';
import type { ImageContext } from '../../image.ts';
import { numberFlag, parseFlags, portOf } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { programImage } from '../../programs/program-image.ts';
import { parseBytes } from '../../texts/bytes.ts';
import { reply } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { untilStopped } from '../../web/until-stopped.ts';

const RAMP_STEP_MS = 250;

/**
 * A program that misbehaves as asked: starts slowly, grows, burns CPU, ends with a code. Every flag may be an environment variable too
 * (`--start-delay` is `START_DELAY`).
 */
export const kubernatsStress = programImage({
  names: ['kubernats/stress'],
  entrypoint: ['/stress'],
  programs: { stress: run },
});

async function run(context: ImageContext, [, ...words]: readonly string[]): Promise<number> {
  const { env, clock, meter } = context;
  const table = Object.fromEntries(
    Object.entries({ 'start-delay': '0s', memory: '0', cpu: '0', ramp: '0s', timeout: '', 'exit-code': '0', port: '' }).map(
      ([name, fallback]) => [name, env[name.toUpperCase().replaceAll('-', '_')] ?? fallback],
    ),
  );
  const { values } = parseFlags(words, table);
  const given = (name: string): string => values[name] ?? '';
  const duration = (name: string): number => {
    const ms = parseDuration(given(name), 's');
    if (ms === undefined) throw new ProgramExit(2, `invalid value "${given(name)}" for flag -${name}: not a duration such as 30s`);
    return ms;
  };
  const bytes = parseBytes(given('memory'));
  if (bytes === undefined) throw new ProgramExit(2, `invalid value "${given('memory')}" for flag -memory: not an amount such as 64Mi`);
  const millicores = millicoresOf(given('cpu'));
  const exitCode = numberFlag('exit-code', given('exit-code'));
  const [startDelayMs, rampMs] = [duration('start-delay'), duration('ramp')];
  const timeoutMs = given('timeout') === '' ? undefined : duration('timeout');

  if (startDelayMs > 0) {
    context.stdout(`starting, which takes ${given('start-delay')}\n`);
    await clock.sleep(startDelayMs);
  }
  if (given('port') !== '') {
    await serveHttp(context, portOf(given('port')), (request, response) => {
      request.resume();
      reply(response, 200, 'ok\n');
    });
  }
  context.stdout(`started: memory ${given('memory')}, cpu ${given('cpu')}\n`);
  const startedMs = clock.monotonic();
  const grow = (): void => {
    const part = rampMs === 0 ? 1 : Math.min(1, (clock.monotonic() - startedMs) / rampMs);
    meter.setMemory(Math.floor(bytes * part));
    meter.setCpu(millicores * part);
    if (part < 1) clock.setTimer(RAMP_STEP_MS, grow);
  };
  grow();
  const stopped = untilStopped(context);
  if (timeoutMs === undefined) return stopped;
  const code = await Promise.race([stopped, clock.sleep(timeoutMs).then(() => undefined)]);
  if (code !== undefined) return code;
  context.stdout(`done after ${given('timeout')}, exit code ${exitCode}\n`);
  return exitCode;
}

function millicoresOf(text: string): number {
  try {
    return quantityMilli(text);
  } catch {
    throw new ProgramExit(2, `invalid value "${text}" for flag -cpu: not an amount such as 500m or 2`);
  }
}
