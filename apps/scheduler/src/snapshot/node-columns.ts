import type { NodeInfo } from './node-info.ts';

/** What filters and scores ask of every node, by the nodes' places: a walk over thousands of nodes reads these one after the other in memory. */
export class NodeColumns {
  /** Thousandths of a core, and bytes. */
  allocatableCpu = NONE;
  allocatableMemory = NONE;
  requestedCpu = NONE;
  requestedMemory = NONE;
  /** What scoring counts as requested. */
  scoreCpu = NONE;
  scoreMemory = NONE;
  memoryLeft = NONE;
  podCounts = NO_COUNTS;
  /** How many Pods more the node takes. */
  podsLeft = NO_COUNTS;

  /** These are the nodes from now on. */
  fill(nodes: readonly NodeInfo[]): void {
    const amounts = (): Float64Array<ArrayBuffer> => new Float64Array(nodes.length);
    [this.allocatableCpu, this.allocatableMemory] = [amounts(), amounts()];
    [this.requestedCpu, this.requestedMemory] = [amounts(), amounts()];
    this.memoryLeft = amounts();
    [this.scoreCpu, this.scoreMemory] = [amounts(), amounts()];
    [this.podCounts, this.podsLeft] = [new Int32Array(nodes.length), new Int32Array(nodes.length)];
    for (const node of nodes) this.update(node);
  }

  /** The node, or what is on it, is another now. */
  update({ index, allocatable, allocatablePods, requested, scoreRequested, podCount }: NodeInfo): void {
    if (index < 0) return;
    this.allocatableCpu[index] = allocatable.cpuMilli;
    this.allocatableMemory[index] = allocatable.memoryBytes;
    this.requestedCpu[index] = requested.cpuMilli;
    this.requestedMemory[index] = requested.memoryBytes;
    this.memoryLeft[index] = allocatable.memoryBytes - requested.memoryBytes;
    this.scoreCpu[index] = scoreRequested.cpuMilli;
    this.scoreMemory[index] = scoreRequested.memoryBytes;
    this.podCounts[index] = podCount;
    this.podsLeft[index] = Math.min(allocatablePods - podCount, 2 ** 31 - 1);
  }

  /** P7: of two nodes that are equal otherwise, whether the first has more memory left, or else fewer Pods, or else comes first by name. */
  isRoomier(a: number, b: number): boolean {
    const memory = (this.memoryLeft[a] ?? 0) - (this.memoryLeft[b] ?? 0);
    if (memory !== 0) return memory > 0;
    const pods = (this.podCounts[a] ?? 0) - (this.podCounts[b] ?? 0);
    return pods === 0 ? a < b : pods < 0;
  }
}

const NONE: Float64Array<ArrayBuffer> = new Float64Array(0);
const NO_COUNTS: Int32Array<ArrayBuffer> = new Int32Array(0);
