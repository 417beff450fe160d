import { SteppedClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { expect, test } from 'vitest';
import { removeLinksOf, removeStrayLinks } from './log-links.ts';
import { PodLogs } from './pod-logs.ts';

const LINKS = '/var/log/containers';
const web = { namespace: 'shop', name: 'web', uid: 'u1' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function begin(): Promise<{ files: Files; run(pod: typeof web, number: number, id: string, says?: string): Promise<void> }> {
  const clock = new SteppedClock();
  const files = createMemoryFiles(clock);
  const logs = new Map<string, PodLogs>();
  return {
    files,
    async run(pod, number, id, says = 'hello') {
      const own = logs.get(pod.uid) ?? new PodLogs(pod, clock, { maxBytes: Infinity, maxFiles: 5 });
      logs.set(pod.uid, own);
      const log = await own.begin(files, 'main', number);
      own.link(files, 'main', number, id);
      void log.write('stdout', bytes(`${says}\n`));
      await own.close();
    },
  };
}

test('a run has a link that says whose it is and leads to its log', async () => {
  const { files, run } = await begin();
  await run(web, 0, 'c0', 'hello');
  expect(await files.list(LINKS)).toEqual(['web_shop_main-c0.log']);
  expect(new TextDecoder().decode(await files.read(`${LINKS}/web_shop_main-c0.log`))).toContain('stdout F hello');
  expect(await files.realpath(`${LINKS}/web_shop_main-c0.log`)).toBe('/var/log/pods/shop_web_u1/main/0.log');
});

test('links go with the logs: of a container the last two runs have one', async () => {
  const { files, run } = await begin();
  for (const number of [0, 1, 2]) await run(web, number, `c${number}`);
  expect((await files.list(LINKS)).sort()).toEqual(['web_shop_main-c1.log', 'web_shop_main-c2.log']);
});

test('links go with their Pod, and no others', async () => {
  const { files, run } = await begin();
  await run(web, 0, 'old');
  await run({ ...web, uid: 'u2' }, 0, 'new');
  await run({ ...web, name: 'we', uid: 'u3' }, 0, 'other');
  await files.write(`${LINKS}/web_shop_notes.log`, bytes('mine'));
  await removeLinksOf(files, web);
  expect((await files.list(LINKS)).sort()).toEqual(['we_shop_main-other.log', 'web_shop_main-new.log', 'web_shop_notes.log']);
  await removeStrayLinks(files, (uid) => uid === 'u2');
  expect((await files.list(LINKS)).sort()).toEqual(['web_shop_main-new.log', 'web_shop_notes.log']);
});

test('a name is no longer than a file’s name may be', async () => {
  const { files, run } = await begin();
  await run({ ...web, name: 'p'.repeat(253) }, 0, 'c0');
  const [name = ''] = await files.list(LINKS);
  expect([name.length, name.endsWith('.log')]).toEqual([255, true]);
});
