import { type PersistentVolume, PersistentVolumes, type VolumeAttachment, VolumeAttachments } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { Backoff, type Controller, createController, type ReconcileContext, type ReconcileResult } from '@kubernats/controller';
import { BackendError, type StorageBackend, sourceOf, type VolumeSource } from '@kubernats/volumes';
import type { VolumeControllerContext } from '../../context.ts';
import { OwnWrites } from '../../own-writes.ts';
import { inlineVolumeOf } from '../attachable.ts';
import { attachInformers, BY_KEY } from '../indexes.ts';
import { withFinalizer, withoutFinalizer } from './finalizer.ts';
import { attacherFinalizer, nextOf } from './next.ts';

/** How many volumes are seen to at a time: each waits for its back end most of its time. */
const CONCURRENCY = 1_024;
/** As the external-attacher's `--retry-interval-start` and `--retry-interval-max`. */
const RETRY = { baseMs: 1_000, maxMs: 5 * 60_000 };
const MESSAGE_LENGTH_MAX = 1_024;

/**
 * V6: the half of attaching that the driver's own program does in Kubernetes: what a VolumeAttachment asks for, its back end is asked for. One volume
 * at a time, so that calls for it never overlap. Source: kubernetes-csi's external-attacher.
 */
export function attacherController(context: VolumeControllerContext): Controller {
  const { client, clock, random, backends, storage } = context;
  const of = attachInformers(context);
  const own = new OwnWrites(of.attachments);
  const backoff = new Backoff(random, RETRY);
  /** When a call that failed may be tried again, by attachment and call: monotonic time. */
  const retryAt = new Map<string, number>();
  const controller = createController({ ...context, name: 'external-attacher', concurrency: CONCURRENCY, reconcile });
  controller.watch(of.attachments, of.keysOfAttachment);
  controller.watch(of.volumes, of.keysOfVolume);
  of.attachments.addHandler({ delete: forget });
  return controller;

  async function reconcile(key: string, { signal }: ReconcileContext): Promise<ReconcileResult | undefined> {
    const attachments = of.attachmentsOf(key).map((each) => own.newest(each));
    // What is to go goes first: a volume that is attached to one node at a time is free then.
    attachments.sort((a, b) => Number(isGoing(b)) - Number(isGoing(a)));
    let againMs = Number.POSITIVE_INFINITY;
    for (const attachment of attachments) againMs = Math.min(againMs, await serve(attachment, signal));
    if (attachments.length === 0) await Promise.all(of.volumes.byIndex(BY_KEY, key).map(letGo));
    return Number.isFinite(againMs) ? { requeueAfterMs: againMs } : undefined;
  }

  /** Answers in how many milliseconds it is to be tried again. */
  async function serve(attachment: VolumeAttachment, signal: AbortSignal): Promise<number> {
    const driver = attachment.spec?.attacher ?? '';
    const backend = backends.ofDriver(driver, of.drivers.get(driver));
    const next = nextOf(attachment);
    // An attachment of a driver that is nobody's here is left to the driver's own program.
    if (!backend || next === 'nothing') return Number.POSITIVE_INFINITY;
    const call = callOf(attachment, next);
    const waitMs = (retryAt.get(call) ?? 0) - clock.monotonic();
    if (waitMs > 0) return waitMs;
    try {
      await (next === 'attach' ? attach(attachment, backend, signal) : detach(attachment, backend, signal));
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      const delayMs = backoff.next(call);
      retryAt.set(call, clock.monotonic() + delayMs);
      const problem = { message: error.message.slice(0, MESSAGE_LENGTH_MAX), time: rfc3339(clock.now()) };
      const attached = attachment.status?.attached ?? false;
      await writeStatus(attachment, { attached, [next === 'attach' ? 'attachError' : 'detachError']: problem });
      return delayMs;
    }
    forget(attachment);
    return Number.POSITIVE_INFINITY;
  }

  function forget(attachment: VolumeAttachment): void {
    for (const next of ['attach', 'detach'] as const) {
      backoff.reset(callOf(attachment, next));
      retryAt.delete(callOf(attachment, next));
    }
  }

  async function attach(attachment: VolumeAttachment, backend: StorageBackend, signal: AbortSignal): Promise<void> {
    const { volume, driver } = sourceOfAttachment(attachment);
    const node = attachment.spec.nodeName;
    if (driver !== attachment.spec.attacher) throw new BackendError(`the volume is one of driver ${JSON.stringify(driver)}`);
    if (!of.nodes.get(node)) throw new BackendError(`csinode.storage.k8s.io ${JSON.stringify(node)} not found`);
    const persistent = of.volumes.get(attachment.spec?.source?.persistentVolumeName ?? '');
    if (persistent?.metadata?.deletionTimestamp !== undefined) {
      throw new BackendError(`PersistentVolume ${JSON.stringify(persistent.metadata.name)} is marked for deletion`);
    }
    // From here on neither goes before the volume was detached.
    const finalizer = attacherFinalizer(attachment.spec?.attacher ?? '');
    if (persistent) await withFinalizer(client.kind(PersistentVolumes), persistent, finalizer);
    own.remember(await withFinalizer(client.kind(VolumeAttachments), attachment, finalizer));
    await within(
      signal,
      storage.ask(backend, volume.handle, (side) => backend.attach(volume, node, side)),
    );
    await writeStatus(attachment, { attached: true, attachError: null });
  }

  async function detach(attachment: VolumeAttachment, backend: StorageBackend, signal: AbortSignal): Promise<void> {
    const { volume } = sourceOfAttachment(attachment);
    const node = attachment.spec?.nodeName ?? '';
    const isKept = of
      .keysOfAttachment(attachment)
      .flatMap(of.attachmentsOf)
      .some((other) => keeps(other, attachment.spec));
    const done = isKept || storage.ask(backend, volume.handle, (side) => backend.detach(volume, node, side));
    await within(signal, Promise.resolve(done));
    await writeStatus(attachment, { attached: false, detachError: null });
    own.remember(await withoutFinalizer(client.kind(VolumeAttachments), attachment, attacherFinalizer(attachment.spec?.attacher ?? '')));
  }

  function sourceOfAttachment(attachment: VolumeAttachment): VolumeSource {
    const name = attachment.spec?.source?.persistentVolumeName;
    const persistent = of.volumes.get(name ?? '');
    const source = persistent ? sourceOf(persistent) : inlineVolumeOf(attachment);
    if (!source) throw new BackendError(`persistentvolume ${JSON.stringify(name ?? '')} not found`);
    return source;
  }

  async function writeStatus({ metadata }: VolumeAttachment, status: object): Promise<void> {
    const patch = { metadata: { uid: metadata?.uid }, status };
    own.remember(await client.kind(VolumeAttachments).patch(metadata?.name ?? '', undefined, 'merge', patch, { subresource: 'status' }));
  }

  /** A volume that is to go, and is attached nowhere any more, is held no longer. */
  async function letGo(volume: PersistentVolume): Promise<void> {
    const driver = sourceOf(volume)?.driver ?? '';
    if (volume.metadata?.deletionTimestamp === undefined || !backends.ofDriver(driver, of.drivers.get(driver))) return;
    await withoutFinalizer(client.kind(PersistentVolumes), volume, attacherFinalizer(driver));
  }
}

const callOf = ({ metadata }: VolumeAttachment, next: 'attach' | 'detach'): string => `${next} ${metadata?.uid}`;

/** The volume stays on the node for the sake of this attachment, though another one of it goes. */
const keeps = (attachment: VolumeAttachment, { attacher, nodeName }: VolumeAttachment['spec']): boolean =>
  attachment.spec.attacher === attacher &&
  attachment.spec.nodeName === nodeName &&
  attachment.status?.attached === true &&
  !isGoing(attachment);

const isGoing = ({ metadata }: VolumeAttachment): boolean => metadata?.deletionTimestamp !== undefined;

/** The back end's answer; rejects once it does not count any more. What was begun then is finished by whoever comes next. */
async function within<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let onAbort = (): void => {};
  const end = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([answer, end]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
