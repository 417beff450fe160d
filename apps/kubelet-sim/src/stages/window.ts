/** A time that begins `after` some milliseconds, lasts `for` so many (absent: for ever), and comes again `every` so many (absent: once). */
export interface Window {
  after: number;
  for?: number | undefined;
  every?: number | undefined;
}

export interface WindowState {
  open: boolean;
  /** How long until that changes; absent: never. */
  changesInMs?: number;
}

/** Where in a window a moment lies; `sinceMs` is counted from the same start as `after`. */
export function windowAt(window: Window, sinceMs: number): WindowState {
  const intoMs = sinceMs - window.after;
  if (intoMs < 0) return { open: false, changesInMs: -intoMs };
  if (window.for === undefined) return { open: true };
  const { every } = window;
  const roundMs = every === undefined ? intoMs : intoMs % every;
  if (roundMs < window.for) return { open: true, changesInMs: window.for - roundMs };
  return every === undefined ? { open: false } : { open: false, changesInMs: every - roundMs };
}
