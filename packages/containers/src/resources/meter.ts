/** What one container uses of its node. Images move it, and the node enforces limits by it. */
export interface Meter {
  /** The memory that it holds now. */
  readonly memoryBytes: number;
  /** Holds this much memory from now on, beside the image's own. Over the limit the container is killed (OOMKilled). */
  setMemory(bytes: number): void;
  /** Wants this much CPU from now on, all the time. What it gets is bounded by its limit, and by what the node has. */
  setCpu(millicores: number): void;
  /** Uses so much CPU time; resolves when it has had it: later, the less CPU the container gets. */
  work(cpuMs: number): Promise<void>;
}
