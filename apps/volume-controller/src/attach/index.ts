import { type Node, type Pod, Pods, VolumeAttachments } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { keyOf, referenceTo } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import { attachmentName } from '@kubernats/volumes';
import type { VolumeControllerContext } from '../context.ts';
import type { AttachableVolume } from './attachable.ts';
import { decide, type Step } from './decide.ts';
import { attachInformers, BY_DRIVER, BY_NODE } from './indexes.ts';
import { isHealthy, isOutOfService, type Look, lookAt, viewOf } from './look.ts';
import { LostNodes } from './lost-nodes.ts';
import { attached, failed, silentAttacher, taken } from './messages.ts';
import { NodeReports } from './node-reports.ts';
import { OwnAttachments } from './own-attachments.ts';
import { Told } from './told.ts';
import { Waits } from './waits.ts';

/** How many volumes are seen to at a time: each waits for the API server most of its time. */
const CONCURRENCY = 256;
/** Until the informer is looked at again, where it is behind this process's own writes. */
const BEHIND_MS = 20;
const REASON = { attached: 'SuccessfulAttachVolume', failed: 'FailedAttachVolume' };

/**
 * V6: gives nodes the volumes of their Pods, one VolumeAttachment each, and takes them away again. What it knows is all in the API: a fresh process
 * goes on where the last one stopped. Source: the Container Storage Interface design, "Attach/detach controller".
 */
export function attachDetachController(context: VolumeControllerContext): Controller {
  const { client, clock, metrics, disableForceDetachOnTimeout: patient } = context;
  const of = attachInformers(context);
  const events = context.recorder('attachdetach-controller');
  const forced = metrics.counter('attachdetach_controller_forced_detaches', 'Volumes taken from nodes that may have them mounted.', [
    'reason',
  ]);
  const lost = new LostNodes(of.nodes, of.attachments);
  const reports = new NodeReports(client, clock);
  const own = new OwnAttachments(client, of.attachments);
  const [told, waits] = [new Told(), new Waits(clock)];
  const controller = createController({ ...context, name: 'attachdetach', concurrency: CONCURRENCY, reconcile });
  controller.watch(of.pods, of.keysOfPod);
  controller.watch(of.claims, (claim) => of.keysOfClaim(keyOf(claim)));
  controller.watch(of.volumes, of.keysOfVolume);
  controller.watch(of.attachments, of.keysOfAttachment);
  controller.watch(of.drivers, ({ metadata }) => of.volumes.byIndex(BY_DRIVER, metadata?.name ?? '').flatMap(of.keysOfVolume));
  controller.watch(of.nodes, () => []);
  of.nodes.addHandler({ add: lookAtNode, update: lookAtChange, delete: lookAtNode });
  return controller;

  function lookAtNode({ metadata, status }: Node): void {
    const name = metadata?.name ?? '';
    for (const attachment of of.attachments.byIndex(BY_NODE, name)) of.keysOfAttachment(attachment).forEach(controller.enqueue);
    for (const pod of of.pods.byIndex(BY_NODE, name)) of.keysOfPod(pod).forEach(controller.enqueue);
    for (const { name: key } of status?.volumesAttached ?? []) controller.enqueue(key);
  }

  /** Heartbeats change nothing that counts. */
  function lookAtChange(node: Node, old: Node): void {
    const same = isHealthy(node) === isHealthy(old) && isOutOfService(node) === isOutOfService(old);
    if (!same || !deepEqual(node.metadata?.annotations, old.metadata?.annotations)) return lookAtNode(node);
    for (const key of changedVolumes(node, old)) controller.enqueue(key);
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    if (!(await own.areShown(key))) return { requeueAfterMs: BEHIND_MS };
    const look = lookAt(key, of, context);
    const wanted = [...look.pods.keys()];
    waits.set(
      key,
      look.attachments.map(({ node }) => node).filter((node) => !look.pods.has(node)),
    );
    const steps = decide({
      ...{ wanted, attachments: look.attachments, reportedOn: look.reportedOn, exclusive: look.volume?.exclusive ?? true },
      node: (name) => viewOf(name, of.nodes.get(name), key, lost),
      waitedMs: (node) => waits.waitedMs(key, node),
      patient,
    });
    told.keep(key, new Set(steps.flatMap((step) => (step.do.startsWith('tell-') && 'node' in step ? [step.node] : []))));
    await Promise.all(steps.map((step) => take(step, key, look)));
    const delays = steps.flatMap((step) => (step.do === 'wait' && step.afterMs !== undefined ? [step.afterMs] : []));
    return delays.length > 0 ? { requeueAfterMs: Math.min(...delays) } : undefined;
  }

  async function take(step: Step, key: string, look: Look): Promise<void> {
    const { volume, pods } = look;
    switch (step.do) {
      case 'attach':
        return volume && attach(volume, step.node);
      case 'report':
        if ((await reports.report(step.node, key)) && volume)
          tell(pods.get(step.node), 'Normal', REASON.attached, () => attached(volume.name));
        return;
      case 'withdraw':
        await reports.withdraw(step.node, key, false);
        return;
      case 'detach':
        return detach(step, key);
      case 'wait':
        return;
      default:
        if (volume && told.isNews(key, step.node, JSON.stringify(step))) {
          tell(pods.get(step.node), 'Warning', REASON.failed, (pod) => complaint(step, volume, pod, look));
        }
    }
  }

  async function attach({ key, source, reference }: AttachableVolume, node: string): Promise<void> {
    await own.create(key, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: attachmentName(source, node) },
      spec: { attacher: source.driver, nodeName: node, source: reference },
    });
  }

  async function detach({ node, attachment, force }: Extract<Step, { do: 'detach' }>, key: string): Promise<void> {
    // When the node uses it after all, the Node's change brings it back here.
    if (!(await reports.withdraw(node, key, force !== undefined))) return;
    try {
      await client.kind(VolumeAttachments).delete(attachment.name, undefined, { preconditions: { uid: attachment.uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    if (force) forced.inc({ reason: force });
  }

  function tell(pods: readonly Pod[] = [], type: 'Normal' | 'Warning', reason: string, message: (pod: Pod) => string): void {
    for (const pod of pods) events.event(referenceTo(Pods, pod), type, reason, message(pod));
  }
}

type Complaint = Extract<Step, { do: `tell-${string}` }>;

function complaint(step: Complaint, { name, source }: AttachableVolume, pod: Pod, { pods }: Look): string {
  if (step.do === 'tell-failed') return failed(name, step.error.message ?? '');
  if (step.do === 'tell-silent') return failed(name, silentAttacher(source.driver, source.volume.handle));
  return taken(
    name,
    pod,
    step.holders.flatMap((node) => pods.get(node) ?? []),
  );
}

/** The volumes that the node has begun, or ceased, to use or to have. */
function* changedVolumes({ status }: Node, { status: old }: Node): Iterable<string> {
  yield* difference(status?.volumesInUse ?? [], old?.volumesInUse ?? []);
  yield* difference((status?.volumesAttached ?? []).map(nameOf), (old?.volumesAttached ?? []).map(nameOf));
}

function* difference(a: readonly string[], b: readonly string[]): Iterable<string> {
  const [inA, inB] = [new Set(a), new Set(b)];
  for (const each of inA) if (!inB.has(each)) yield each;
  for (const each of inB) if (!inA.has(each)) yield each;
}

const nameOf = ({ name }: { name: string }): string => name;
