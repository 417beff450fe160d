import { expect, test } from 'vitest';
import { ATTACH_TIMEOUT_MS, type Attachment, decide, MAX_WAIT_FOR_UNMOUNT_MS, type NodeView, type Situation, type Step } from './decide.ts';

const WELL: NodeView = { reported: true, used: false, healthy: true, outOfService: false };
const on = (node: string, more: Partial<Attachment> = {}): Attachment => ({
  ...{ name: `csi-${node}`, uid: node, node, attached: true, going: false, error: undefined, ageMs: 0 },
  ...more,
});

interface Case extends Partial<Omit<Situation, 'node' | 'waitedMs'>> {
  nodes?: Record<string, Partial<NodeView>>;
  waitedMs?: number;
}

const decided = ({ nodes = {}, waitedMs = 0, ...more }: Case): Step[] =>
  decide({
    ...{ exclusive: true, wanted: [], attachments: [], reportedOn: [], patient: false },
    ...more,
    node: (name) => ({ ...WELL, ...nodes[name] }),
    waitedMs: () => waitedMs,
  });
const attach = (node: string): Step => ({ do: 'attach', node });
const detach = (attachment: Attachment, force?: 'timeout' | 'out-of-service'): Step => ({
  ...{ do: 'detach', node: attachment.node, attachment, force },
});
const taken = (node: string, ...holders: string[]): Step => ({ do: 'tell-taken', node, holders });
const error = { message: 'no such disk', time: '2026-01-01T00:00:00Z' };

test.each<[string, Case, Step[]]>([
  ['nobody wants', {}, []],
  ['a node wants', { wanted: ['a'] }, [attach('a')]],
  ['two nodes want, and one can have', { wanted: ['a', 'b'] }, [attach('a')]],
  ['two nodes want, and both can have', { wanted: ['a', 'b'], exclusive: false }, [attach('a'), attach('b')]],
  ['a node has', { wanted: ['a'], attachments: [on('a')] }, []],
  [
    'a node has and does not know yet',
    { wanted: ['a'], attachments: [on('a')], nodes: { a: { reported: false } } },
    [{ do: 'report', node: 'a' }],
  ],
  ['one node has and another one wants', { wanted: ['a', 'b'], attachments: [on('a')] }, [taken('b', 'a')]],
  ['one node has and another one wants as well', { wanted: ['a', 'b'], attachments: [on('a')], exclusive: false }, [attach('b')]],
  [
    'one node cannot get and another one wants',
    { wanted: ['a', 'b'], attachments: [on('a', { attached: false, error })] },
    [{ do: 'tell-failed', node: 'a', error }, taken('b', 'a')],
  ],
  [
    'comes to one node while another one wants it',
    { wanted: ['a', 'b'], attachments: [on('a', { attached: false })] },
    [{ do: 'wait', afterMs: ATTACH_TIMEOUT_MS }],
  ],
  [
    'comes to a node for too long',
    { wanted: ['a'], attachments: [on('a', { attached: false, ageMs: ATTACH_TIMEOUT_MS + 1 })] },
    [
      { do: 'tell-silent', node: 'a', times: 1 },
      { do: 'wait', afterMs: ATTACH_TIMEOUT_MS - 1 },
    ],
  ],
  ['goes from a node that wants it again', { wanted: ['a'], attachments: [on('a', { going: true })] }, []],
  ['goes from one node while another one wants it', { wanted: ['b'], attachments: [on('a', { going: true })] }, []],
  ['no Pod of its node wants any more', { attachments: [on('a')] }, [detach(on('a'))]],
  ['is free to go while another node wants it', { wanted: ['b'], attachments: [on('a')] }, [detach(on('a'))]],
  ['is attached nowhere, though a node says so', { reportedOn: ['a'] }, [{ do: 'withdraw', node: 'a' }]],
])('V6: a volume that %s', (_name, situation, expected) => {
  expect(decided(situation)).toEqual(expected);
});

const mounted = { attachments: [on('a')], nodes: { a: { used: true } } } satisfies Case;
const silent = { ...mounted, nodes: { a: { used: true, healthy: false } } } satisfies Case;
const off = { ...mounted, nodes: { a: { used: true, healthy: false, outOfService: true } } } satisfies Case;
const wait = (afterMs: number | undefined): Step => ({ do: 'wait', afterMs });

test.each<[string, Case, Step[]]>([
  ['a node that is well', mounted, [wait(MAX_WAIT_FOR_UNMOUNT_MS)]],
  ['a node that is well, for however long', { ...mounted, waitedMs: 2 * MAX_WAIT_FOR_UNMOUNT_MS }, [wait(undefined)]],
  ['a silent node, at first', { ...silent, waitedMs: MAX_WAIT_FOR_UNMOUNT_MS - 1 }, [wait(1)]],
  ['a silent node, after six minutes', { ...silent, waitedMs: MAX_WAIT_FOR_UNMOUNT_MS }, [detach(on('a'), 'timeout')]],
  ['a silent node that is never forced', { ...silent, waitedMs: MAX_WAIT_FOR_UNMOUNT_MS, patient: true }, [wait(undefined)]],
  ['a node that an administrator says is off', off, [detach(on('a'), 'out-of-service')]],
  ['a node that is off, and is never forced for its silence', { ...off, patient: true }, [detach(on('a'), 'out-of-service')]],
  ['a silent node, while another one wants it', { ...silent, wanted: ['b'] }, [wait(MAX_WAIT_FOR_UNMOUNT_MS), taken('b', 'a')]],
])('V6: a volume that is to go and may be mounted on %s', (_name, situation, expected) => {
  expect(decided(situation)).toEqual(expected);
});
