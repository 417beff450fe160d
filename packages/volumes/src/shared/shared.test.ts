import { realClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { beforeEach, expect, it } from 'vitest';
import type { ControllerSide, NodeSide } from '../port.ts';
import { sharedBackend } from './shared.ts';

let storage: Files;
beforeEach(() => {
  storage = createMemoryFiles(realClock);
});
const unused = (): never => {
  throw new Error('a share lies on no node');
};
const controller = (): ControllerSide => ({ storage, clock: realClock, node: unused });
const node = (): NodeSide => ({ name: 'node1', storage, clock: realClock, path: unused, folder: unused });
const create = (parameters: Record<string, string>) =>
  sharedBackend.create({ name: 'pvc-1', capacityBytes: 1, parameters, node: undefined }, controller());

it.each([
  [{}, '/@default/pvc-1'],
  [{ server: 'nas', share: '/exports//a' }, '/nas/exports/a/pvc-1'],
  [{ source: '//smb.example/files' }, '/smb.example/files/pvc-1'],
  [{ provisioningMode: 'efs-ap', fileSystemId: 'fs-1', basePath: '/dynamic' }, '/fs-1/dynamic/pvc-1'],
])('%j has its volumes in %s', async (parameters, path) => {
  const volume = await create(parameters as Record<string, string>);
  expect((await storage.stat(path))?.kind).toBe('directory');
  await sharedBackend.delete(volume, controller());
  expect(await storage.stat(path)).toBeUndefined();
  await expect(sharedBackend.mount(volume, node())).rejects.toThrow('is not there any more');
});

it('of one handle and two drivers are two', async () => {
  const [first, second] = ['efs.csi.aws.com', 'smb.csi.k8s.io'].map((driver) => ({ handle: 'data', driver, attributes: {} }));
  if (!first || !second) throw new Error('there are two');
  await (await sharedBackend.mount(first, node())).write('/secret', new Uint8Array(1));
  for (const other of [second, { handle: 'data', attributes: {} }]) {
    expect(await (await sharedBackend.mount(other, node())).list('/')).toEqual([]);
  }
});

it('shows nobody the shares of all servers', async () => {
  const share = { handle: 'all', attributes: { source: '//..//' } };
  await expect(sharedBackend.mount(share, node())).rejects.toThrow('attribute "source": "//..//" names no server');
});

it('of a class without a server is on no server that anybody can name', async () => {
  await create({});
  for (const server of ['', 'default', '@default']) {
    const files = await sharedBackend.mount({ handle: `${server}/`, attributes: { server, share: '/' } }, node());
    expect(await files.list('/')).toEqual([]);
  }
});

it('keeps what a class says to keep, and whole shares', async () => {
  await sharedBackend.delete(await create({ onDelete: 'retain' }), controller());
  expect((await storage.stat('/@default/pvc-1'))?.kind).toBe('directory');
  const share = { handle: 'nas/a', attributes: { server: 'nas', share: '/a' } };
  await sharedBackend.mount(share, node());
  const bySource = { handle: 'nas/a', attributes: { source: '//nas/a' } };
  for (const whole of [share, bySource]) {
    await expect(sharedBackend.delete(whole, controller())).rejects.toThrow('volume "nas/a" is a whole share');
  }
  expect((await storage.stat('/nas/a'))?.kind).toBe('directory');
});

it('follows no link that a container has put on the way into a share', async () => {
  await storage.mkdir('/other/secret', { recursive: true });
  await storage.mkdir('/nas');
  await storage.symlink('/other', '/nas/a');
  const share = { handle: 'nas/a', attributes: { server: 'nas', share: '/a/secret', subdir: 'x' } };
  await storage.mkdir('/other/secret/x');
  await expect(sharedBackend.mount(share, node())).rejects.toThrow('/nas/a is not a directory');
  await sharedBackend.delete(share, controller());
  expect(await storage.list('/other/secret')).toEqual(['x']);
});
