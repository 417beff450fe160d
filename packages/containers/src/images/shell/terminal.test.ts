import { SteppedClock } from '@kubernats/clock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { yieldToOthers } from '../../adapters/yield.ts';
import type { RunningContainer } from '../../port.ts';
import { Caller, Pod } from './shell.fixture.ts';

let clock: SteppedClock;
let pod: Pod;
let container: RunningContainer;
beforeEach(async () => {
  clock = new SteppedClock();
  pod = await Pod.create({ clock });
  container = await pod.idle();
});
afterEach(() => pod[Symbol.asyncDispose]());

function sit(command: string[]): Caller & { ended: Promise<number> } {
  const caller = new Caller({ terminal: true });
  caller.sizes.put({ columns: 100, rows: 30 });
  return Object.assign(caller, { ended: container.exec(command, caller.streams) });
}

/** Types keys, and waits for what they bring. */
async function say(person: Caller, keys: string, answer: string): Promise<void> {
  const from = person.out.text.length;
  person.type(keys);
  await person.out.has(answer, from);
}

describe('kubectl exec -it', () => {
  test('sh keeps its state from line to line, and ends with the code that exit names', async () => {
    const person = sit(['sh']);
    await person.out.has('/ # ');
    await say(person, 'cd /tmp\r', '/tmp # ');
    await say(person, 'x=1; f() { echo f$x; }\r', 'f$x; }\r\n/tmp # ');
    await say(person, 'f\r', '\r\nf1\r\n/tmp # ');
    await say(person, 'false; echo $?\r', '\r\n1\r\n');
    await say(person, 'for i in 1 2; do\r', '\r\n> ');
    await say(person, 'echo n$i\r', '\r\n> ');
    await say(person, 'done\r', '\r\nn1\r\nn2\r\n/tmp # ');
    await say(person, 'cat <<E\r', '> ');
    await say(person, 'in\rE\r', '\r\nin\r\n');
    await say(person, 'nosuch\r', 'sh: nosuch: not found\r\n');
    person.type('exit 3\r');
    expect(await person.ended).toBe(3);
    expect(person.err.text).toBe('');
  });

  test('bash has its own prompt, ^D leaves', async () => {
    const person = sit(['bash']);
    await person.out.has('root@pod:/# ');
    person.type('\x04');
    expect(await person.ended).toBe(0);
    expect(person.out.text).toBe('root@pod:/# exit\r\n');
  });

  test('the line is edited: arrows, history, ^W, ^U, Tab', async () => {
    const person = sit(['sh']);
    await person.out.has('/ # ');
    const answers: [keys: string, answer: string][] = [
      ['echo one\r', 'one'],
      ['echo two\r', 'two'],
      ['\x1b[A\x1b[A\x7f\x7f\x7fONE\r', 'ONE'],
      ['echo b\x1b[Da \x05 c wrong\x17\r', 'a b c'],
      ['nonsense\x15echo clean\r', 'clean'],
      ['touch /tmp/longname; pwd\r', '/'],
      ['echo /tmp/lon\t\r', '/tmp/longname'],
      ['hostn\t; ec\tx\r', 'pod\r\nx'],
    ];
    for (const [keys, answer] of answers) await say(person, keys, `\r\n${answer}\r\n/ # `);
  });

  test('^C stops what runs in the foreground, a loop as well, and gives a new prompt; ^Z does nothing', async () => {
    const person = sit(['sh']);
    await person.out.has('/ # ');
    for (const command of [
      'sleep 1000',
      'while true; do sleep 100; done',
      'tail -f /dev/null',
      'read x',
      'cat',
      'sleep 9 & wait',
      'cat | cat',
    ]) {
      await say(person, `${command}\r`, `${command}\r\n`);
      for (let turn = 0; turn < 10; turn++) await yieldToOthers();
      await say(person, '\x1a\x03', '^C\r\n/ # ');
      await say(person, 'echo $?\r', '\r\n130\r\n/ # ');
    }
    await say(person, 'while :; do :; done\r', ':; done\r\n');
    for (let turn = 0; turn < 5; turn++) await yieldToOthers();
    await say(person, '\x03', '^C\r\n/ # ');
    await say(person, 'half a line\x03', 'half a line^C\r\n/ # ');
    await say(person, 'echo end; exit\r', '\r\nend\r\n');
    expect(await person.ended).toBe(0);
  });

  test('a program reads whole lines, edited and echoed by the terminal, until ^D', async () => {
    const person = sit(['cat']);
    await say(person, 'helo\x7flo\r', 'helo\b \blo\r\nhello\r\n');
    person.type('\x04');
    expect(await person.ended).toBe(0);
  });

  test('^C and ^\\ end a program with its signal', async () => {
    const first = sit(['sleep', '100']);
    for (let turn = 0; turn < 5; turn++) await yieldToOthers();
    first.type('\x03');
    expect(await first.ended).toBe(130);
    const second = sit(['sleep', '100']);
    for (let turn = 0; turn < 5; turn++) await yieldToOthers();
    second.type('\x1c');
    expect(await second.ended).toBe(131);
  });

  test('the size of the screen is known, and follows', async () => {
    const person = sit(['sh']);
    await say(person, 'stty size; tty\r', '30 100\r\n/dev/pts/0\r\n');
    person.sizes.put({ columns: 60, rows: 10 });
    await yieldToOthers();
    await say(person, 'stty size; echo $COLUMNS $LINES\r', '10 60\r\n60 10\r\n');
    await say(person, 'read -s -p "word:" p; echo "<$p>"\r', '\r\nword:');
    await say(person, 'secret\r', '<secret>\r\n');
    expect(person.out.text.split('secret')).toHaveLength(2);
  });

  test('jobs in the background live on while the prompt is there', async () => {
    const person = sit(['sh']);
    await say(person, 'sleep 5 &\r', 'sleep 5 &\r\n/ # ');
    await say(person, 'jobs\r', '[1]+  Running                 sleep 5\r\n');
    await clock.advance(5000);
    await say(person, '\r', '[1]+  Done                    sleep 5\r\n');
    // The shell takes no SIGTERM itself; what it starts does.
    await say(person, 'sleep 9 & kill %1; wait; echo over\r', '\r\nover\r\n');
  });

  test('the person goes: what was run is gone', async () => {
    const person = sit(['sh', '-c', 'sleep 1000; echo never']);
    for (let turn = 0; turn < 5; turn++) await yieldToOthers();
    person.leave();
    expect(await person.ended).toBe(137);
    const ps = new Caller();
    await container.exec(['ps'], ps.streams);
    expect(ps.out.text).not.toContain('sleep 1000');
  });
});
