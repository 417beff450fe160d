import type { SteppedClock } from '@kubernats/clock';
import {
  type CallerStreams,
  type ContainerConfig,
  type ContainerRuntime,
  ContainerStartError,
  type SandboxConfig,
} from '@kubernats/containers';
import { beforeEach, describe, expect, it } from 'vitest';

export interface ContainerRuntimeSubject {
  runtime: ContainerRuntime;
  clock: SteppedClock;
  /** Images (and commands) that behave as their names say. */
  configs: {
    /** Runs for ever, ends with exit code 0 at SIGTERM. */
    server: Partial<ContainerConfig>;
    /** Ends by itself with exit code 3 after one second. */
    exits3: Partial<ContainerConfig>;
    /** Runs for ever and ignores SIGTERM. */
    stubborn: Partial<ContainerConfig>;
  };
  /** A command that prints `hi` and ends with 4, where programs can be run in a container; absent: `exec` and `attach` are refused. */
  command?: readonly string[];
}

const sandboxConfig: SandboxConfig = {
  pod: { name: 'web', namespace: 'default', uid: 'u1', labels: {}, annotations: {} },
  node: { name: 'node1', ip: '10.0.0.1' },
  ip: '10.244.0.5',
  hostname: 'web',
};

/** What every adapter of the port `ContainerRuntime` does. */
export function containerRuntimeContract(name: string, makeSubject: () => Promise<ContainerRuntimeSubject>): void {
  describe(`ContainerRuntime: ${name}`, () => {
    let subject: ContainerRuntimeSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    const config = (part: Partial<ContainerConfig>): ContainerConfig => ({
      name: 'main',
      image: 'x',
      env: {},
      mounts: [],
      ports: [],
      log: () => {},
      ...part,
    });
    const stillRuns = async (exited: Promise<unknown>): Promise<boolean> => {
      const running = Symbol('running');
      await subject.clock.advance(0);
      return (await Promise.race([exited, Promise.resolve(running)])) === running;
    };

    it('runs until SIGTERM, and says when it began and ended', async () => {
      const sandbox = await subject.runtime.createSandbox(sandboxConfig);
      const startedAtMs = subject.clock.now();
      const container = await sandbox.start(config(subject.configs.server));
      expect(container.startedAtMs).toBe(startedAtMs);
      expect(container.id).toMatch(/^[0-9a-f]{64}$/);
      await subject.clock.advance(60_000);
      expect(await stillRuns(container.exited)).toBe(true);
      container.signal('SIGTERM');
      expect(await container.exited).toEqual({ exitCode: 0, reason: 'Completed', finishedAtMs: startedAtMs + 60_000 });
    });

    it('ends by itself with its own exit code', async () => {
      const sandbox = await subject.runtime.createSandbox(sandboxConfig);
      const container = await sandbox.start(config(subject.configs.exits3));
      expect(await stillRuns(container.exited)).toBe(true);
      await subject.clock.advance(1000);
      expect(await container.exited).toMatchObject({ exitCode: 3, reason: 'Error' });
    });

    it('SIGKILL ends what ignores SIGTERM, with 137', async () => {
      const sandbox = await subject.runtime.createSandbox(sandboxConfig);
      const container = await sandbox.start(config(subject.configs.stubborn));
      container.signal('SIGTERM');
      expect(await stillRuns(container.exited)).toBe(true);
      container.signal('SIGKILL');
      expect(await container.exited).toMatchObject({ exitCode: 137, signal: 9, reason: 'Error' });
      container.signal('SIGTERM');
    });

    it('a container can be started again, under another id', async () => {
      const sandbox = await subject.runtime.createSandbox(sandboxConfig);
      const first = await sandbox.start(config(subject.configs.server));
      first.signal('SIGKILL');
      await first.exited;
      const second = await sandbox.start(config(subject.configs.server));
      expect(second.id).not.toBe(first.id);
      expect(await stillRuns(second.exited)).toBe(true);
      await sandbox.stop();
    });

    it('stopping the sandbox kills everything in it, and can be done twice', async () => {
      const sandbox = await subject.runtime.createSandbox(sandboxConfig);
      const containers = [
        await sandbox.start(config({ ...subject.configs.server, name: 'a' })),
        await sandbox.start(config({ ...subject.configs.stubborn, name: 'b' })),
      ];
      await sandbox.stop();
      for (const container of containers) expect(await container.exited).toMatchObject({ exitCode: 137 });
      await sandbox.stop();
    });

    const caller = (): { streams: CallerStreams; said: () => string } => {
      const chunks: Uint8Array[] = [];
      const stdout = (chunk: Uint8Array) => void chunks.push(chunk);
      return { streams: { stdout, stderr: () => {}, signal: new AbortController().signal }, said: () => Buffer.concat(chunks).toString() };
    };

    it('runs a program beside a container’s own, or refuses with a reason', async () => {
      const sandbox = await subject.runtime.createSandbox(sandboxConfig);
      const container = await sandbox.start(config(subject.configs.stubborn));
      const { streams, said } = caller();
      const missing = container.exec(['no-such-program'], caller().streams);
      await expect(missing).rejects.toThrow(ContainerStartError);
      if (subject.command) {
        expect(await container.exec(subject.command, streams)).toBe(4);
        expect(said()).toBe('hi\n');
      } else await expect(container.exec(['sh'], streams)).rejects.toThrow(ContainerStartError);
      await sandbox.stop();
      await expect(container.exec(['sh'], streams)).rejects.toThrow(ContainerStartError);
    });

    it('whoever is attached hears a container until it ends, or is refused with a reason', async () => {
      const sandbox = await subject.runtime.createSandbox(sandboxConfig);
      const container = await sandbox.start(config(subject.configs.stubborn));
      const attached = container.attach(caller().streams);
      if (!subject.command) await expect(attached).rejects.toThrow(ContainerStartError);
      await sandbox.stop();
      if (subject.command) await attached;
      await expect(container.attach(caller().streams)).rejects.toThrow(ContainerStartError);
    });

    it('reports what a container uses', async () => {
      const sandbox = await subject.runtime.createSandbox(sandboxConfig);
      const container = await sandbox.start(config(subject.configs.server));
      expect(container.stats().memoryBytes).toBeGreaterThanOrEqual(0);
      expect(container.stats().cpuMillicores).toBeGreaterThanOrEqual(0);
      await sandbox.stop();
    });
  });
}
