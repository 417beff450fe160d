import { SteppedClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ImageFixture } from '../image.fixture.ts';

let clock: SteppedClock;
let pod: ImageFixture;
let data: Files;
beforeEach(() => {
  clock = new SteppedClock();
  pod = new ImageFixture({ clock });
  data = createMemoryFiles(clock);
});
afterEach(() => pod[Symbol.asyncDispose]());

const mounts = () => [{ path: '/data', files: data, readOnly: false }];

/** A bare connection: what goes in is what a client sends, what comes out is what the server answers. */
async function raw(port = 6379) {
  const connection = await pod.client.dial({ host: pod.ip, port });
  let got = '';
  connection.on('data', (chunk: Buffer) => {
    got += chunk.toString('latin1');
  });
  return {
    connection,
    send: (text: string) => void connection.write(Buffer.from(text, 'latin1')),
    async until(text: string): Promise<string> {
      while (!got.includes(text)) await clock.advance(1);
      const seen = got;
      got = '';
      return seen;
    },
  };
}

/** Sends inline commands one by one; the answers as they came. */
async function ask(...commands: string[]): Promise<string[]> {
  const client = await raw();
  const answers: string[] = [];
  for (const [i, command] of commands.entries()) {
    client.send(`${command}\r\nECHO done${i}\r\n`);
    const got = await client.until(`done${i}\r\n`);
    answers.push(got.slice(0, got.lastIndexOf('$')).replaceAll('\r\n', ' ').trim());
  }
  client.connection.destroy();
  return answers;
}

async function server(args: string[] = [], part = {}) {
  const redis = await pod.start('redis:8', args, { mounts: mounts(), ...part });
  await redis.said('Ready to accept connections');
  return redis;
}

test('real bytes: pipelined commands in one piece or in many', async () => {
  await server();
  const client = await raw();
  const bytes = '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\n\x00\r\n\xff\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nPING\r\n';
  client.send(bytes);
  expect(await client.until('PONG\r\n')).toBe('+OK\r\n$4\r\n\x00\r\n\xff\r\n+PONG\r\n');
  for (const char of bytes) client.send(char);
  expect(await client.until('PONG\r\n')).toBe('+OK\r\n$4\r\n\x00\r\n\xff\r\n+PONG\r\n');
  client.send('*1\r\n$x\r\n');
  expect(await client.until('length')).toBe('-ERR Protocol error: invalid bulk length\r\n');
});

describe('commands', () => {
  test.each<[string, [command: string, answer: string][]]>([
    [
      'strings',
      [
        ['SET a 1', '+OK'],
        ['GET a', '$1 1'],
        ['GET none', '$-1'],
        ['SET a 2 NX', '$-1'],
        ['SET b 2 XX', '$-1'],
        ['SET a 3 XX GET', '$1 1'],
        ['INCR a', ':4'],
        ['INCRBY a 6', ':10'],
        ['DECR a', ':9'],
        ['APPEND a x', ':2'],
        ['INCR a', '-ERR value is not an integer or out of range'],
        ['MSET x 1 y 2', '+OK'],
        ['MGET x y z', '*3 $1 1 $1 2 $-1'],
        ['STRLEN a', ':2'],
        ['SETNX a 1', ':0'],
        ['GETDEL a', '$2 9x'],
        ['EXISTS a x', ':1'],
        ['SET a', "-ERR wrong number of arguments for 'set' command"],
        ['SET a 1 EX 0', "-ERR invalid expire time in 'set' command"],
        ['SET a 1 FOO', '-ERR syntax error'],
      ],
    ],
    [
      'keys',
      [
        ['MSET user:1 a user:2 b other c', '+OK'],
        ['KEYS user:?', '*2 $6 user:1 $6 user:2'],
        ['KEYS u[a-z]er:[^2]', '*1 $6 user:1'],
        ['TYPE other', '+string'],
        ['TYPE none', '+none'],
        ['SCAN 0 MATCH user:* COUNT 100', '*2 $1 0 *2 $6 user:1 $6 user:2'],
        ['SCAN 0 COUNT 2', '*2 $1 2 *2 $6 user:1 $6 user:2'],
        ['DBSIZE', ':3'],
        ['RENAME other x', '+OK'],
        ['RENAME other x', '-ERR no such key'],
        ['DEL user:1 user:2 none', ':2'],
        ['SELECT 1', '+OK'],
        ['DBSIZE', ':0'],
        ['SELECT 16', '-ERR DB index is out of range'],
        ['FLUSHALL', '+OK'],
        ['SELECT 0', '+OK'],
        ['DBSIZE', ':0'],
      ],
    ],
    [
      'lists',
      [
        ['RPUSH l a b c', ':3'],
        ['LPUSH l z y', ':5'],
        ['LRANGE l 0 -1', '*5 $1 y $1 z $1 a $1 b $1 c'],
        ['LRANGE l -2 -1', '*2 $1 b $1 c'],
        ['LPOP l', '$1 y'],
        ['RPOP l 2', '*2 $1 c $1 b'],
        ['LLEN l', ':2'],
        ['GET l', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
        ['LPOP l 9', '*2 $1 z $1 a'],
        ['EXISTS l', ':0'],
        ['LPOP l', '$-1'],
      ],
    ],
    [
      'hashes and sets',
      [
        ['HSET h f 1 g 2', ':2'],
        ['HSET h f 3', ':0'],
        ['HGET h f', '$1 3'],
        ['HGETALL h', '*4 $1 f $1 3 $1 g $1 2'],
        ['HINCRBY h f 2', ':5'],
        ['HDEL h f none', ':1'],
        ['HLEN h', ':1'],
        ['SADD s a b a', ':2'],
        ['SMEMBERS s', '*2 $1 a $1 b'],
        ['SISMEMBER s a', ':1'],
        ['SREM s a z', ':1'],
        ['SCARD s', ':1'],
        ['HSET h f', "-ERR wrong number of arguments for 'hset' command"],
      ],
    ],
    [
      'connection and server',
      [
        ['PING', '+PONG'],
        ['PING hi', '$2 hi'],
        ['ECHO x', '$1 x'],
        ['HELLO 3', '-NOPROTO unsupported protocol version'],
        ['CLIENT SETNAME me', '+OK'],
        ['CLIENT GETNAME', '$2 me'],
        ['CONFIG GET maxmem*', '*4 $9 maxmemory $1 0 $16 maxmemory-policy $10 noeviction'],
        ['CONFIG SET maxmemory 2mb', '+OK'],
        ['CONFIG GET maxmemory', '*2 $9 maxmemory $7 2097152'],
        ['__proto__', "-ERR unknown command '__proto__', with args beginning with:"],
        ['nosuch a', "-ERR unknown command 'nosuch', with args beginning with: 'a'"],
      ],
    ],
  ])('%s', async (_title, rows) => {
    await server();
    expect(await ask(...rows.map(([command]) => command))).toEqual(rows.map(([, answer]) => answer));
  });

  test('keys end at their time', async () => {
    await server();
    expect(await ask('SET a 1 EX 10', 'TTL a', 'PTTL a', 'SET b 1', 'TTL b', 'EXPIRE b 5', 'TTL none', 'PERSIST a', 'TTL a')).toEqual([
      '+OK',
      ':10',
      expect.stringMatching(/^:\d+$/),
      '+OK',
      ':-1',
      ':1',
      ':-2',
      ':1',
      ':-1',
    ]);
    await clock.advance(5001);
    expect(await ask('GET b', 'DBSIZE')).toEqual(['$-1', ':1']);
  });

  test('a transaction runs as one, and can be given up', async () => {
    await server();
    const client = await raw();
    client.send('MULTI\r\nSET t 1\r\nINCR t\r\nLPUSH t x\r\nEXEC\r\n');
    expect(await client.until('value\r\n')).toBe(
      '+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n:2\r\n-WRONGTYPE Operation against a key holding the wrong kind of value\r\n',
    );
    client.send('EXEC\r\nMULTI\r\nSET t 9\r\nDISCARD\r\nGET t\r\n');
    expect(await client.until('$1\r\n2\r\n')).toContain('-ERR EXEC without MULTI\r\n+OK\r\n+QUEUED\r\n+OK\r\n$1');
  });

  test('messages reach those who subscribed', async () => {
    await server();
    const [subscriber, publisher] = [await raw(), await raw()];
    subscriber.send('SUBSCRIBE news\r\nPSUBSCRIBE n*\r\n');
    expect(await subscriber.until(':2\r\n')).toBe(
      '*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n*3\r\n$10\r\npsubscribe\r\n$2\r\nn*\r\n:2\r\n',
    );
    publisher.send('PUBLISH news hello\r\n');
    expect(await publisher.until(':2')).toBe(':2\r\n');
    expect(await subscriber.until('pmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$5\r\nhello\r\n')).toContain(
      '*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n',
    );
    subscriber.send('GET a\r\n');
    await subscriber.until("-ERR Can't execute 'get'");
    subscriber.connection.destroy();
    await clock.advance(1);
    publisher.send('PUBLISH news again\r\n');
    expect(await publisher.until(':0')).toBe(':0\r\n');
  });
});

test('data in the volume outlives the container, also one that is killed', async () => {
  const first = await server();
  await ask(
    'SET a 1',
    'RPUSH l x y',
    'HSET h f v',
    'SADD s m',
    'SET gone 1',
    'DEL gone',
    'SET soon 1 EX 10',
    'INCR a',
    'SELECT 3',
    'SET a three',
  );
  first.container.signal('SIGKILL');
  await first.container.exited;
  await clock.advance(11_000);
  await server();
  expect(await ask('GET a', 'LRANGE l 0 -1', 'HGET h f', 'SMEMBERS s', 'EXISTS gone soon', 'SELECT 3', 'GET a')).toEqual([
    '$1 2',
    '*2 $1 x $1 y',
    '$1 v',
    '*1 $1 m',
    ':0',
    '+OK',
    '$5 three',
  ]);
});

test('without a volume it is gone with the container, and appendonly can be switched off', async () => {
  const first = await server(['--appendonly', 'no']);
  await ask('SET a 1');
  first.container.signal('SIGTERM');
  expect(await first.exitCode()).toBe(0);
  await server();
  expect(await ask('GET a')).toEqual(['$-1']);
});

test('a history whose end a crash cut off is read up to there, and one that has grown is written anew', async () => {
  const line = '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\nxxxx\r\n';
  await data.write('/appendonly.aof', Buffer.from(`${line.repeat(4000)}*3\r\n$3\r\nSET\r\n$1\r\nb`));
  await server();
  expect(await ask('GET a', 'EXISTS b')).toEqual(['$4 xxxx', ':0']);
  expect((await data.stat('/appendonly.aof'))?.sizeBytes).toBeLessThan(200);
});

test('a password keeps everybody out who does not know it', async () => {
  await server(['--requirepass', 'secret']);
  const client = await raw();
  client.send('GET a\r\nAUTH wrong\r\nAUTH secret\r\nGET a\r\n');
  expect(await client.until('$-1\r\n')).toBe(
    '-NOAUTH Authentication required.\r\n-WRONGPASS invalid username-password pair or user is disabled.\r\n+OK\r\n$-1\r\n',
  );
});

test('maxmemory: an error, or the keys go that were not used for longest', async () => {
  await server(['--maxmemory', '2000']);
  const fill = Array.from({ length: 30 }, (_, i) => `SET key${i} ${'x'.repeat(50)}`);
  expect((await ask(...fill)).at(-1)).toBe("-OOM command not allowed when used memory > 'maxmemory'.");
  expect(await ask('GET key0', 'CONFIG SET maxmemory-policy allkeys-lru', 'SET new 1', 'EXISTS key0', 'EXISTS key1', 'EXISTS new')).toEqual(
    [`$50 ${'x'.repeat(50)}`, ...['+OK', '+OK', ':1', ':0', ':1']],
  );
});

test('its memory is what it holds', async () => {
  const redis = await server();
  const before = redis.container.stats().memoryBytes;
  await ask(`SET a ${'x'.repeat(10_000)}`);
  expect(redis.container.stats().memoryBytes - before).toBeGreaterThan(10_000);
  await ask('FLUSHALL');
  expect(redis.container.stats().memoryBytes).toBe(before);
});

test('a configuration file, as the tutorial mounts it, and redis-cli in the same Pod', async () => {
  const files = createMemoryFiles(clock);
  await files.write('/redis.conf', Buffer.from('maxmemory 2mb\nmaxmemory-policy allkeys-lru\n# a comment\n'));
  await server([], {
    command: ['redis-server', '/redis-master/redis.conf'],
    mounts: [...mounts(), { path: '/redis-master', files, readOnly: true }],
  });
  const cli = async (...args: string[]) => {
    const started = await pod.start('redis', ['redis-cli', ...args], { name: 'cli' });
    let ended = false;
    void started.container.exited.then(() => {
      ended = true;
    });
    while (!ended) await clock.advance(1);
    return [await started.exitCode(), started.out + started.err];
  };
  expect(await cli('CONFIG', 'GET', 'maxmemory')).toEqual([0, 'maxmemory\n2097152\n']);
  expect(await cli('--no-raw', 'GET', 'none')).toEqual([0, '(nil)\n']);
  expect(await cli('GET')).toEqual([1, "ERR wrong number of arguments for 'get' command\n"]);
  expect(await cli('-p', '1', 'PING')).toEqual([1, 'Could not connect to Redis at 127.0.0.1:1: Connection refused\n']);
});

test('a shell in its container finds its programs, and pipes them as any other', async () => {
  const { container } = await server();
  const run = async (script: string): Promise<[number, string]> => {
    let said = '';
    const keep = (chunk: Uint8Array): void => void (said += Buffer.from(chunk).toString());
    const running = container.exec(['sh', '-c', script], { stdout: keep, stderr: keep, signal: new AbortController().signal });
    let code: number | undefined;
    void running.then((status) => {
      code = status;
    });
    while (code === undefined) await clock.advance(1);
    return [code, said];
  };
  expect(await run('redis-cli ping')).toEqual([0, 'PONG\n']);
  expect(await run('redis-cli SET a one && redis-cli GET a | tr a-z A-Z')).toEqual([0, 'OK\nONE\n']);
  expect(await run('[ "$(redis-cli ping)" = PONG ] && exit 7')).toEqual([7, '']);
  expect(await run('redis-cli -p 1 ping || echo down')).toEqual([
    0,
    'Could not connect to Redis at 127.0.0.1:1: Connection refused\ndown\n',
  ]);
});
