import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../src/failure.ts';
import { type ClusterPaths, clusterPaths } from '../src/state/paths.ts';
import { isAlive, signalProcess } from '../src/state/process-identity.ts';
import { readSupervisorState } from '../src/state/supervisor-file.ts';
import { Output } from '../src/supervisor/output.ts';
import { Supervisor } from '../src/supervisor/supervisor.ts';

const READY = "process.send({ type: 'ready' }); process.on('disconnect', () => process.exit()); setInterval(() => {}, 1000);";
const FACTS = {
  slot: 0,
  nodes: ['node1'],
  server: 'https://127.0.0.1:6443',
  natsUrl: 'nats://127.0.0.1:4222',
  dns: { host: '127.96.0.10', port: 53 },
};

describe('the supervisor', () => {
  let folder: string;
  let paths: ClusterPaths;
  let output: Output;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubernats-test-'));
    paths = clusterPaths('test', folder);
    output = new Output(paths, undefined);
  });
  afterEach(async () => {
    await output.close();
    rmSync(folder, { recursive: true });
  });

  const program = (name: string, code: string) => {
    const file = join(folder, `${name}.cjs`);
    writeFileSync(file, code);
    return { name, command: process.execPath, args: [file], announcesReady: true };
  };
  const nats = () => ({ name: 'nats-server', command: 'sleep', args: ['600'], announcesReady: false });
  const addon = (name: string) => program(name, READY);
  const supervise = (...components: ReturnType<typeof program>[]) =>
    new Supervisor(paths, FACTS, { nats: nats(), components, addons: [], addon }, output);
  const child = (name: string) => {
    const row = readSupervisorState(paths)?.children[name];
    if (!row) throw new Error(`no ${name}`);
    return row;
  };
  /** Waits for a state that the supervisor writes. */
  const until = async (condition: () => boolean): Promise<void> => {
    const watcher = watch(paths.run);
    try {
      while (!condition()) await once(watcher, 'change');
    } finally {
      watcher.close();
    }
  };

  test('is ready when every component says so, and stops them all', async () => {
    const supervisor = supervise(program('apiserver', READY), program('scheduler', READY));
    await supervisor.start();
    const processes = ['nats-server', 'apiserver', 'scheduler'].map((name) => child(name).process);
    expect(processes.every(isAlive)).toBe(true);
    await supervisor.stop();
    expect(processes.some(isAlive)).toBe(false);
    expect(existsSync(paths.supervisorFile)).toBe(false);
  });

  test('R2: starts a killed component again', async () => {
    const supervisor = supervise(program('apiserver', READY));
    await supervisor.start();
    const first = child('apiserver').process;
    signalProcess(first, 'SIGKILL');
    await until(() => readSupervisorState(paths)?.children.apiserver?.restarts === 1 && child('apiserver').ready);
    expect(child('apiserver').process).not.toEqual(first);
    await supervisor.stop();
  });

  test('says what it waits for and how that ended', async () => {
    const supervisor = supervise(program('apiserver', READY), program('scheduler', 'process.exit(7)'));
    supervisor.start().catch(() => {});
    await until(
      () =>
        readSupervisorState(paths)?.children.apiserver?.ready === true &&
        supervisor.waitingFor().some((name) => name.includes('exit code 7')),
    );
    expect(supervisor.waitingFor()).toEqual(['scheduler (exit code 7)']);
    await supervisor.stop();
  });

  test('gives up on a component that ends again and again before it is ready, and shows what it said', async () => {
    const why = JSON.stringify({ level: 50, component: 'scheduler', msg: 'failed', error: { message: 'no', stack: 'at …' } });
    const supervisor = supervise(program('apiserver', READY), program('scheduler', `console.log(${JSON.stringify(why)}); process.exit(7)`));
    await expect(supervisor.start()).rejects.toThrow(
      new Failure(
        `scheduler ended 3 times before it was ready (exit code 7):\n  error failed error="no"\nAll that it said: ${paths.log('scheduler')}`,
      ),
    );
    await supervisor.stop();
  });

  test('starts and stops add-ons while it runs, and keeps them running', async () => {
    const supervisor = supervise(program('apiserver', READY));
    await supervisor.start();
    expect(readSupervisorState(paths)?.addons).toEqual([]);
    await supervisor.runAddons(['load-balancer']);
    await supervisor.runAddons(['load-balancer']);
    await until(() => readSupervisorState(paths)?.children['load-balancer']?.ready === true);
    const first = child('load-balancer').process;
    signalProcess(first, 'SIGKILL');
    await until(() => readSupervisorState(paths)?.children['load-balancer']?.restarts === 1 && child('load-balancer').ready);
    const second = child('load-balancer').process;
    await supervisor.runAddons([]);
    expect([first, second].some(isAlive)).toBe(false);
    expect(readSupervisorState(paths)).toMatchObject({ addons: [], children: { apiserver: { restarts: 0 } } });
    await supervisor.runAddons(['load-balancer']);
    const third = child('load-balancer').process;
    await supervisor.stop();
    expect(isAlive(third)).toBe(false);
  });

  test('an add-on that cannot be started is told of, and hinders no later one', async () => {
    let isBuilt = false;
    const supervisor = new Supervisor(
      paths,
      FACTS,
      {
        ...{ nats: nats(), components: [program('apiserver', READY)], addons: [] },
        addon(name) {
          if (!isBuilt) throw new Error('not built');
          return addon(name);
        },
      },
      output,
    );
    await supervisor.start();
    await expect(supervisor.runAddons(['load-balancer'])).rejects.toThrow('not built');
    isBuilt = true;
    await supervisor.runAddons(['load-balancer']);
    expect(readSupervisorState(paths)?.addons).toEqual(['load-balancer']);
    await supervisor.stop();
  });

  test('keeps each component’s lines in its own log', async () => {
    const supervisor = supervise(program('apiserver', `console.log('hello'); ${READY}`));
    await supervisor.start();
    await supervisor.stop();
    await output.close();
    expect(readFileSync(paths.log('apiserver'), 'utf8')).toBe('hello\n');
  });
});
