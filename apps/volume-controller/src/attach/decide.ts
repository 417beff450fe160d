import type { VolumeError } from '@kubernats/api';

/** How long a volume that its node may still have mounted is left there before a node that is not well is no longer asked. Milliseconds. */
export const MAX_WAIT_FOR_UNMOUNT_MS = 6 * 60_000;
/** How long an attacher may be silent before the Pods are told. Milliseconds. */
export const ATTACH_TIMEOUT_MS = 2 * 60_000;

/** What is known of a node about one volume. */
export interface NodeView {
  /** The Node says that the volume is attached: its Pods may mount it. */
  readonly reported: boolean;
  /** The Node may have it mounted. */
  readonly used: boolean;
  readonly healthy: boolean;
  /** An administrator says that it is off. */
  readonly outOfService: boolean;
}

export interface Attachment {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly attached: boolean;
  /** It is being deleted. */
  readonly going: boolean;
  /** Why it could not be attached yet. */
  readonly error: VolumeError | undefined;
  readonly ageMs: number;
}

/** All that counts about one volume. */
export interface Situation {
  /** It may be attached to one node at a time. */
  readonly exclusive: boolean;
  /** The nodes that are to have it. */
  readonly wanted: readonly string[];
  readonly attachments: readonly Attachment[];
  /** The nodes that say that they have it attached. */
  readonly reportedOn: readonly string[];
  node(name: string): NodeView;
  /** How long the node is to give it back already. Milliseconds. */
  waitedMs(node: string): number;
  /** Never to take it from a node that may have it mounted, however long that is silent. */
  readonly patient: boolean;
}

export type ForceReason = 'timeout' | 'out-of-service';

export type Step =
  | { do: 'attach'; node: string }
  /** Let the node know that it has it. */
  | { do: 'report'; node: string }
  | { do: 'detach'; node: string; attachment: Attachment; force: ForceReason | undefined }
  /** The node says that it has what nobody attached. */
  | { do: 'withdraw'; node: string }
  /** Undefined: until something changes. */
  | { do: 'wait'; afterMs: number | undefined }
  | { do: 'tell-failed'; node: string; error: VolumeError }
  | { do: 'tell-silent'; node: string; times: number }
  /** `holders`: the nodes that have it. */
  | { do: 'tell-taken'; node: string; holders: readonly string[] };

/**
 * V6: decides about one volume. What is to go is taken away first, and an exclusive volume comes to a node only once there is no attachment
 * to another one at all. Source: kube-controller-manager's attach-detach controller; KEP-2268 "Non-graceful node shutdown".
 */
export function decide(situation: Situation): Step[] {
  const { wanted, attachments, reportedOn } = situation;
  const isWanted = new Set(wanted);
  const has = new Set(attachments.map(({ node }) => node));
  const leaving = attachments.filter(({ node, going }) => !isWanted.has(node) && !going).map((each) => leave(each, situation));
  // Nobody is told that it is taken while it comes or goes somewhere: it may be free in a moment.
  const moves = attachments.some(({ node, attached, going, error }) => going || (isWanted.has(node) && !attached && error === undefined));
  return [
    ...leaving,
    ...reportedOn.filter((node) => !isWanted.has(node) && !has.has(node)).map((node): Step => ({ do: 'withdraw', node })),
    ...come(situation, has.size > 0 && !moves && leaving.every((step) => step.do === 'wait')),
  ];
}

function leave(attachment: Attachment, { node: view, waitedMs, patient }: Situation): Step {
  const { node } = attachment;
  const { used, healthy, outOfService } = view(node);
  if (!used) return { do: 'detach', node, attachment, force: undefined };
  if (outOfService) return { do: 'detach', node, attachment, force: 'out-of-service' };
  const leftMs = MAX_WAIT_FOR_UNMOUNT_MS - waitedMs(node);
  if (leftMs > 0) return { do: 'wait', afterMs: leftMs };
  // A node that is well unmounts by itself.
  return healthy || patient ? { do: 'wait', afterMs: undefined } : { do: 'detach', node, attachment, force: 'timeout' };
}

function come({ exclusive, wanted, attachments, node: view }: Situation, isTaken: boolean): Step[] {
  const byNode = new Map(attachments.map((each) => [each.node, each]));
  const holders = [...byNode.keys()];
  let isFree = !exclusive || holders.length === 0;
  const steps: Step[] = [];
  for (const node of wanted) {
    const attachment = byNode.get(node);
    if (attachment) steps.push(...follow(attachment, view(node)));
    else if (isFree) {
      steps.push({ do: 'attach', node });
      isFree = !exclusive;
    } else if (isTaken) steps.push({ do: 'tell-taken', node, holders });
  }
  return steps;
}

function follow({ node, attached, going, error, ageMs }: Attachment, { reported }: NodeView): Step[] {
  // It must be gone before it can be attached anew.
  if (going) return [];
  if (attached) return reported ? [] : [{ do: 'report', node }];
  if (error !== undefined) return [{ do: 'tell-failed', node, error }];
  const times = Math.floor(ageMs / ATTACH_TIMEOUT_MS);
  const wait: Step = { do: 'wait', afterMs: ATTACH_TIMEOUT_MS * (times + 1) - ageMs };
  return times === 0 ? [wait] : [{ do: 'tell-silent', node, times }, wait];
}
