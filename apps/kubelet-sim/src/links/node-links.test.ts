import { realClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { beforeEach, describe, expect, it } from 'vitest';
import { type NodeLink, parseNodePath, placeOf, textOf, withLink, withoutLink } from './node-links.ts';
import { nodeTree } from './node-tree.ts';

const link = (source: string, at: string, links: readonly NodeLink[] = []): NodeLink[] =>
  withLink(links, parseNodePath(source), parseNodePath(at));
const place = (links: readonly NodeLink[], text: string): string => textOf(placeOf(links, parseNodePath(text)));

describe('V2: links between nodes', () => {
  it.each([
    ['node1:/data', 'node1:/data'],
    ['node1://data/./x/', 'node1:/data/x'],
    ['node1:/', 'node1:/'],
  ])('%s is %s', (text, parsed) => expect(textOf(parseNodePath(text))).toBe(parsed));

  it.each([
    ['node1', 'is written NODE:/path'],
    ['/data', 'is written NODE:/path'],
    ['node1:data', 'is written NODE:/path'],
    ['node1:/data/../../x', "must not contain '..'"],
    ['node1:/a\0b', 'zero byte'],
  ])('%j is refused', (text, why) => expect(() => parseNodePath(text)).toThrow(why));

  it.each([
    ['node1:/a', 'node2:/', 'the whole of a node'],
    ['node1:/a', 'node1:/b', 'are of one node'],
    ['node3:/a', 'node2:/data', 'node2:/data is linked already, to node1:/srv'],
    ['node3:/a', 'node2:/data/inner', 'node2:/data is linked already'],
    // It would show itself.
    ['node2:/data/inner', 'node1:/b', 'are of one node'],
  ])('%s at %s is refused', (source, at, why) => {
    expect(() => link(source, at, link('node1:/srv', 'node2:/data'))).toThrow(why);
  });

  it('a link to a link leads to where the bytes are', () => {
    const links = link('node2:/data/x', 'node3:/data', link('node1:/', 'node2:/data'));
    expect(place(links, 'node3:/data/y')).toBe('node1:/x/y');
    expect(place(links, 'node3:/database')).toBe('node3:/database');
    expect(place(withoutLink(links, parseNodePath('node2:/data')), 'node2:/data')).toBe('node2:/data');
    expect(() => withoutLink(links, parseNodePath('node2:/'))).toThrow('node2:/ is not linked. Linked are: node2:/data, node3:/data');
  });
});

describe("V2: a node's disk with links", () => {
  let disks: Record<string, Files>;
  const diskOf = (node: string): Files => disks[node] as Files;
  const text = async (files: Files, path: string): Promise<string> => new TextDecoder().decode(await files.read(path));
  beforeEach(async () => {
    disks = { node1: createMemoryFiles(realClock), node2: createMemoryFiles(realClock) };
    await diskOf('node1').mkdir('/srv/data', { recursive: true });
    await diskOf('node1').write('/secret', new TextEncoder().encode('of node1'));
    await diskOf('node2').mkdir('/data');
    await diskOf('node2').write('/own', new TextEncoder().encode('of node2'));
  });

  it('shows the files of the other node, and beside them its own', async () => {
    const tree = await nodeTree('node2', diskOf, link('node1:/srv/data', 'node2:/data'));
    await tree.write('/data/x', new TextEncoder().encode('both'));
    expect(await text(diskOf('node1'), '/srv/data/x')).toBe('both');
    expect(await tree.list('/')).toEqual(['data', 'own']);
    expect(await diskOf('node2').list('/data')).toEqual([]);
    expect(await nodeTree('node1', diskOf, link('node1:/srv/data', 'node2:/data'))).toBe(diskOf('node1'));
  });

  it('leads no further into the other node, whatever links are planted in what is shared', async () => {
    const shared = diskOf('node1').scope('/srv/data');
    await shared.symlink('../../secret', '/relative');
    await shared.symlink('/secret', '/absolute');
    await shared.symlink('/own', '/here');
    const tree = await nodeTree('node2', diskOf, link('node1:/srv/data', 'node2:/data'));
    await expect(tree.read('/data/relative')).rejects.toThrow('ENOENT');
    await expect(tree.read('/data/absolute')).rejects.toThrow('ENOENT');
    expect(await text(tree, '/data/here')).toBe('of node2');
    await diskOf('node1').remove('/srv/data');
    await diskOf('node1').symlink('/', '/srv/data');
    await expect(tree.read('/data/secret')).rejects.toThrow('ENOENT');
  });
});
