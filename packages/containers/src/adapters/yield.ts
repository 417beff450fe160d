/** Lets everything else of the process have its turn. Timers and sockets run in between; promises alone would not let them. */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
