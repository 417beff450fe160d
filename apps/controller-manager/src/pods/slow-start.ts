/**
 * Runs a task `count` times in batches of 1, 2, 4, … that each must succeed as a whole before the next begins: what fails
 * for all (a quota, a bad template) then fails once and not hundreds of times. Returns how often it succeeded, and the first error.
 */
export async function slowStart(count: number, task: () => Promise<void>): Promise<{ succeeded: number; error?: unknown }> {
  let succeeded = 0;
  for (let batch = 1; succeeded < count; batch *= 2) {
    const results = await Promise.allSettled(Array.from({ length: Math.min(batch, count - succeeded) }, task));
    for (const result of results) if (result.status === 'fulfilled') succeeded++;
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) return { succeeded, error: failed.reason };
  }
  return { succeeded };
}
