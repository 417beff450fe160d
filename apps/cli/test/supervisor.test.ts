import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  const supervise = (...components: ReturnType<typeof program>[]) => new Supervisor(paths, FACTS, { nats: nats(), components }, output);
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
    void supervisor.start();
    await until(
      () =>
        readSupervisorState(paths)?.children.apiserver?.ready === true &&
        supervisor.waitingFor().some((name) => name.includes('exit code 7')),
    );
    expect(supervisor.waitingFor()).toEqual(['scheduler (exit code 7)']);
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
