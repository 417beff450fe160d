import { createReadStream, existsSync, readdirSync, statSync, watch } from 'node:fs';
import { Failure } from '../failure.ts';
import { clusterPaths } from '../state/paths.ts';
import { readable } from '../supervisor/output.ts';

/** Prints a component's log as a person reads it; `follow` goes on until it is interrupted. */
export async function logs(component: string, options: { name: string; follow?: boolean }): Promise<void> {
  const paths = clusterPaths(options.name);
  const file = paths.log(component);
  if (!existsSync(file)) {
    const known = existsSync(paths.logs)
      ? readdirSync(paths.logs)
          .filter((name) => name.endsWith('.log'))
          .map((name) => name.slice(0, -4))
      : [];
    throw new Failure(
      known.length === 0
        ? `cluster ${options.name} has no logs yet: it was never started`
        : `there is no component ${component}. There are: ${known.join(', ')}`,
    );
  }
  let offset = await print(file, 0);
  if (!options.follow) return;
  let printing = Promise.resolve();
  watch(file, () => {
    printing = printing.then(async () => {
      if (statSync(file).size < offset) offset = 0;
      offset = await print(file, offset);
    });
  });
  await new Promise(() => {});
}

/** Prints whole lines from the offset on, and returns where the next one begins. */
async function print(file: string, offset: number): Promise<number> {
  let rest = '';
  let at = offset;
  for await (const chunk of createReadStream(file, { start: offset, encoding: 'utf8' })) {
    rest += chunk;
    const end = rest.lastIndexOf('\n');
    if (end === -1) continue;
    const whole = rest.slice(0, end);
    at += Buffer.byteLength(whole) + 1;
    rest = rest.slice(end + 1);
    process.stdout.write(
      `${whole
        .split('\n')
        .map((line) => readable(line) ?? line)
        .join('\n')}\n`,
    );
  }
  return at;
}
