/** Go's form of a duration, as the kubelet prints it: `850ms`, `1.5s`, `2m40s`. */
export function goDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = (ms % 60_000) / 1000;
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}

/** The milliseconds of `2m40s` and its like; undefined when it is none. */
export function fromGoDuration(text: string): number | undefined {
  const [, minutes = '0', seconds] = /^(?:(\d+)m)?(\d+(?:\.\d+)?)s$/.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(minutes) * 60_000 + Number(seconds) * 1000;
}
