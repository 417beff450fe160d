import { copyTree } from '@kubernats/files';
import { ownDriver } from '../drivers.ts';
import { sha256 } from '../folder-name.ts';
import { honouredParameters, withoutEffect } from '../parameters.ts';
import { BackendError, type NodeSide, type StorageBackend, type VolumeRef } from '../port.ts';
import { copyRepository, tooLarge } from './copy-repository.ts';
import type { Git, GitLimits, GitOutcome, GitWorkspace } from './git.ts';
import { type Checkout, checkoutOf, PARAMETERS } from './repository.ts';
import { withoutPassword, wordsOf } from './words.ts';

export interface GitBackendOptions {
  readonly git: Git;
  /** How long each step of a checkout may take. Default: two minutes. */
  readonly timeoutMs?: number;
}

const NAME = 'git';
const KNOWN = { honoured: PARAMETERS, withoutEffect: [] };
const REMOTE_PROTOCOLS = ['https', 'http', 'git', 'ssh'];
/** In the workspace: the copy of a node's repository, and what git makes. */
const SOURCE = '/source.git';
const RESULT = '/checkout';
/** In the folder of the mount: complete, and while it is being written. */
const DONE = '/checkout';
const UNDER_WAY = '/checkout.new';

/**
 * V5: a repository, checked out on each node where the volume is mounted, at the commit that the revision has then. What containers write there is their node's
 * own, and gone with the mount.
 */
export function createGitBackend({ git, timeoutMs = 120_000 }: GitBackendOptions): StorageBackend {
  return {
    name: NAME,
    drivers: [],
    traits: { attach: false, onNode: false, accessModes: ['ReadOnlyMany'], expansion: 'none' },
    parametersWithoutEffect: (parameters) => withoutEffect(parameters, KNOWN),
    async create({ name, capacityBytes, parameters }) {
      const attributes = Object.fromEntries(honouredParameters(NAME, parameters, KNOWN));
      checkoutOf({ attributes });
      const csi = { driver: ownDriver(NAME), volumeHandle: name, volumeAttributes: attributes, readOnly: true };
      return { handle: name, attributes, capacityBytes, source: { csi } };
    },
    async delete() {},
    async expand() {
      throw new BackendError('a volume of the storage back end "git" cannot grow');
    },
    async attach() {},
    async detach() {},
    async mount(volume, side) {
      const folder = await side.folder();
      if ((await folder.lstat(DONE))?.kind !== 'directory') await checkOut(volume, side);
      return folder.scope(DONE, { pinned: true });
    },
    async unmount() {},
  };

  /** Git works in a folder that no container reaches; only what it has made comes to the node, all at once. */
  async function checkOut(volume: VolumeRef, side: NodeSide): Promise<void> {
    const checkout = checkoutOf(volume);
    await using workspace = await git.workspace(side.storage.hostPath, workspaceName(side, volume));
    await clone(workspace, checkout, volume.attributes.repository ?? '', side);
    const folder = await side.folder();
    await folder.remove(UNDER_WAY);
    await folder.remove(DONE);
    const to = [UNDER_WAY, ...checkout.directory].join('/');
    await copyTree({ files: workspace.files, path: RESULT }, { files: folder, path: to });
    await folder.rename(UNDER_WAY, DONE);
  }

  async function clone(workspace: GitWorkspace, { repository, revision }: Checkout, address: string, side: NodeSide): Promise<void> {
    const { capacityBytes: maxBytes } = side;
    const onNode = repository.kind === 'node';
    if (onNode) {
      const source = await side.path(repository.path, 'Directory');
      await workspace.files.mkdir(SOURCE);
      await copyRepository(source, workspace.files.scope(SOURCE), address, maxBytes);
    }
    // The copy of the repository takes its room too.
    const room = maxBytes === undefined ? undefined : maxBytes + (await workspace.files.usage(SOURCE));
    const limits: GitLimits = { protocols: onNode ? ['file'] : REMOTE_PROTOCOLS, maxBytes: room, timeoutMs };
    const run = async (told: string, args: readonly string[]): Promise<void> =>
      settle(await workspace.run(args, limits), { told, address, maxBytes, workspace, timeoutMs });

    const whole = revision === undefined ? [] : ['--no-checkout'];
    const from = onNode ? `.${SOURCE}` : repository.url;
    await run(`clone -- ${address}`, [
      ...['clone', '--quiet', '--no-local', '--no-recurse-submodules', '--template=', ...whole],
      ...['--', from, `.${RESULT}`],
    ]);
    const inResult = ['-C', `.${RESULT}`];
    if (onNode) await run('remote', [...inResult, 'remote', 'set-url', 'origin', repository.path]);
    if (revision !== undefined) await run(`checkout ${revision}`, [...inResult, 'checkout', '--quiet', revision, '--']);
    if (maxBytes !== undefined && (await workspace.files.usage(RESULT)) > maxBytes) throw tooLarge(address, maxBytes);
  }
}

interface Run {
  /** The command, as a person would have given it. */
  told: string;
  address: string;
  maxBytes: number | undefined;
  workspace: GitWorkspace;
  timeoutMs: number;
}

/** Kubernetes' form around git's words; none of them tells where on this machine it worked. */
function settle(outcome: GitOutcome, { told, address, maxBytes = 0, workspace, timeoutMs }: Run): void {
  if ('exceeded' in outcome) {
    if (outcome.exceeded === 'bytes') throw tooLarge(withoutPassword(address), maxBytes);
    throw new BackendError(`'git ${withoutPassword(told)}' took longer than ${timeoutMs / 1000} s`);
  }
  if (outcome.exitCode === 0) return;
  const here = workspace.files.hostPath ?? '';
  const errors = wordsOf(outcome.errors.replaceAll(`${here}${SOURCE}`, address).replaceAll(`.${SOURCE}`, address));
  throw new BackendError(`failed to exec 'git ${withoutPassword(told)}': ${errors}: exit status ${outcome.exitCode}`);
}

const workspaceName = ({ name }: NodeSide, { handle }: VolumeRef): string => sha256(JSON.stringify([name, handle])).slice(0, 20);
