/**
 * What can be done to a component:
 * - `kill`: SIGKILL; whoever looks after it starts it again.
 * - `stop`: it is asked to end (SIGTERM); whoever looks after it starts it again, or it is started at the end of the fault.
 * - `pause`: it stands still (SIGSTOP) and goes on where it was.
 * - `cut`: its connections to NATS break, and no new ones come about.
 * - `stall`: its connections to NATS stay, and nothing passes; what was said meanwhile arrives at the end.
 * - `power-off`: a node with all that runs on it.
 */
export const FAULT_KINDS = ['kill', 'stop', 'pause', 'cut', 'stall', 'power-off'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A component of a running cluster (or a node), and what it may suffer. */
export interface Component {
  name: string;
  faults: readonly FaultKind[];
}

export interface Fault {
  /** From 1, in the order of the plan. */
  id: number;
  kind: FaultKind;
  component: string;
  /** Since the start. */
  atMs: number;
  /** From the fault to its end. 0: nothing has to be undone. */
  forMs: number;
}

export const faultInWords = ({ kind, component, forMs }: Fault): string =>
  `${kind} ${component}${forMs === 0 ? '' : ` for ${(forMs / 1000).toFixed(1)} s`}`;
