import type { Container, Pod } from '@kubernats/api';
import { formatDuration } from '@kubernats/apimachinery';
import type { PodContext } from '../pod/pod-context.ts';
import type { PodEvents } from '../pod/pod-events.ts';
import { type ContainerRecord, REFUSED_RETRY_MS, type Role, SYNC_MS } from '../pod/record.ts';
import { pullBackoffMs } from '../pod/restart.ts';
import { fullImageName } from '../status/image-name.ts';
import { type ImageRule, ruleFor } from './image-policy.ts';
import { type ImageReference, parseImageReference } from './image-reference.ts';
import { readPullSecrets } from './pull-secrets.ts';

/**
 * Sees to it that the node has a container's image. False: not yet; what keeps it is in the record, and the answer is asked for again
 * when that says so. Words and reasons are the kubelet's and containerd's. Source: Kubernetes, "Images".
 */
export async function ensureImage(
  context: PodContext,
  events: PodEvents,
  pod: Pod,
  container: Container,
  role: Role,
  record: ContainerRecord,
): Promise<boolean> {
  const { images, imagePolicy, runtime, clock } = context;
  const { image = '', imagePullPolicy = 'IfNotPresent' } = container;
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    events.ofContainer(container, role, type, reason, message);
  const refuse = (reason: string, message: string, waitMs: number): false => {
    record.refused = { reason, message, retryAtMs: clock.now() + waitMs, image };
    tell('Warning', 'Failed', `Error: ${reason}`);
    return false;
  };

  const reference = parseImageReference(image);
  if (typeof reference === 'string') {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${reference}`;
    tell('Warning', 'InspectFailed', message);
    return refuse('InvalidImageName', message, REFUSED_RETRY_MS);
  }
  const rule = ruleFor(imagePolicy, image, pod.metadata?.annotations);
  const present = rule.is === 'present' || images.has(image);
  if (imagePullPolicy === 'Never' && !present && !(await runtime.comesWith?.(image))) {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    tell('Warning', 'ErrImageNeverPull', message);
    return refuse('ErrImageNeverPull', message, REFUSED_RETRY_MS);
  }
  if (imagePullPolicy === 'Never' || (imagePullPolicy === 'IfNotPresent' && present)) {
    tell('Normal', 'Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`);
    return true;
  }

  let pull = record.pull?.image === image ? record.pull : undefined;
  if (pull?.readyAtMs === undefined) {
    tell('Normal', 'Pulling', `Pulling image "${image}"`);
    pull = { image, failures: pull?.failures ?? 0, readyAtMs: clock.now() + rule.pullMs };
    record.pull = pull;
  }
  if ((pull.readyAtMs ?? 0) > clock.now()) return false;
  const error = await pullError(context, pod, reference, rule, tell, fullImageName(image));
  if (error !== undefined) {
    tell('Warning', 'Failed', `Failed to pull image "${image}": ${error}`);
    tell('Warning', 'Failed', 'Error: ErrImagePull');
    refusePull(record, image, error, clock.now());
    return false;
  }
  record.pull = undefined;
  images.add(image, rule.sizeBytes);
  const took = formatDuration(Math.max(1, rule.pullMs));
  tell(
    'Normal',
    'Pulled',
    `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${rule.sizeBytes} bytes.`,
  );
  return true;
}

/** One more failed pull: the next try waits longer, and soon the state says that it waits. */
export function refusePull(record: ContainerRecord, image: string, error: string, nowMs: number): void {
  const failures = (record.pull?.image === image ? record.pull.failures : 0) + 1;
  record.pull = { image, failures };
  const message = `Back-off pulling image "${image}": ErrImagePull: ${error}`;
  const later = { atMs: nowMs + SYNC_MS, reason: 'ImagePullBackOff', message };
  record.refused = { reason: 'ErrImagePull', message: error, retryAtMs: nowMs + pullBackoffMs(failures), image, later };
}

/** The kubelet's next look at a container whose image could not be pulled: it waits for the next try now, and says so. */
export function tellPullBackOff(events: PodEvents, container: Container, role: Role): void {
  events.ofContainer(container, role, 'Normal', 'BackOff', `Back-off pulling image "${container.image ?? ''}"`);
  events.ofContainer(container, role, 'Warning', 'Failed', 'Error: ImagePullBackOff');
}

/** Why the registry does not give an image; undefined: it does. */
async function pullError(
  { sources, runtime }: PodContext,
  pod: Pod,
  reference: ImageReference,
  { is }: Omit<ImageRule, 'image'>,
  tell: (type: 'Warning', reason: string, message: string) => void,
  full: string,
): Promise<string | undefined> {
  const why = `failed to pull and unpack image "${full}": failed to resolve reference "${full}"`;
  const names = pod.spec?.imagePullSecrets ?? [];
  // Where nothing is real the secrets are looked at only if they decide: thousands of Pods would each ask for theirs.
  const looks = names.length > 0 && (runtime.mountsFiles || is === 'denied');
  // Where there are no volumes nobody follows what the Pod refers to.
  const unfollow = looks && !runtime.mountsFiles ? sources.follow(pod, () => {}) : undefined;
  const { absent, permit } = looks ? await readPullSecrets(pod, reference, sources) : { absent: [], permit: false };
  unfollow?.();
  if (absent.length > 0) {
    const list = absent.join(', ');
    const message = `Unable to retrieve some image pull secrets (${list}); attempting to pull the image may not succeed.`;
    tell('Warning', 'FailedToRetrieveImagePullSecret', message);
  }
  if (is === 'missing') return `${why}: ${full}: not found`;
  if (is === 'denied' && !permit) {
    return `${why}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
  }
  return undefined;
}
