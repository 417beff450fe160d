/** What a bus does with a subscriber's error when it was given no place for it: the process hears of it. */
export function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
