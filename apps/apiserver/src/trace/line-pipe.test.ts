import type { TraceLine } from '@kubernats/trace';
import { expect, test } from 'vitest';
import { LinePipe } from './line-pipe.ts';

const line = (service: string): TraceLine => ({ type: 'Deleted', time: '', service });

async function read(pipe: AsyncIterable<Uint8Array>): Promise<TraceLine[]> {
  let text = '';
  for await (const chunk of pipe) text += new TextDecoder().decode(chunk);
  return text
    .split('\n')
    .slice(0, -1)
    .map((each) => JSON.parse(each));
}

test('a reader who keeps up gets every line', async () => {
  const pipe = new LinePipe(() => 0);
  pipe.write(line('a/b'));
  pipe.lost(0);
  pipe.end();
  expect(await read(pipe)).toEqual([line('a/b')]);
});

test('a reader who does not is told how many lines are missing, and where', async () => {
  const pipe = new LinePipe(() => 0);
  const big = 'x'.repeat(600_000);
  const reader = pipe[Symbol.asyncIterator]();
  for (const service of [big, big, 'lost', 'lost']) pipe.write(line(service));
  await reader.next();
  pipe.write(line('after'));
  pipe.lost(7);
  pipe.end();
  const rest = (await read({ [Symbol.asyncIterator]: () => reader })).map((each) => ('count' in each ? each.count : each.type));
  expect(rest).toEqual(['Deleted', 2, 'Deleted', 7]);
});

test('what is missing at the end is told, too', async () => {
  const pipe = new LinePipe(() => 0);
  for (let i = 0; i < 5; i++) pipe.write(line('x'.repeat(600_000)));
  pipe.end();
  expect((await read(pipe)).at(-1)).toEqual({ type: 'Dropped', time: '1970-01-01T00:00:00.000Z', count: 3 });
});
