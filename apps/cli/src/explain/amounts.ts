const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** `7.8Gi`, `512Mi`, `0`. */
export function bytesText(bytes: number): string {
  let [amount, unit] = [Math.abs(bytes), 0];
  for (; amount >= 1024 && unit < UNITS.length - 1; unit++) amount /= 1024;
  const text = amount >= 100 || Number.isInteger(amount) ? String(Math.round(amount)) : amount.toFixed(1);
  return `${bytes < 0 ? '-' : ''}${text}${UNITS[unit]}`;
}

/** `1.5`, `0.25`: thousandths of a core as cores. */
export const coresText = (milli: number): string => String(Math.round(milli) / 1000);

/** `5,000`. */
export const countText = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 node`, `2 nodes`. */
export const nodesText = (count: number): string => `${countText(count)} ${count === 1 ? 'node' : 'nodes'}`;

/** `1 Pod`, `2 Pods`. */
export const podsText = (count: number): string => `${countText(count)} ${count === 1 ? 'Pod' : 'Pods'}`;

/** `40 %`; of nothing `-`. */
export const shareText = ({ requested, allocatable }: { requested: number; allocatable: number }): string =>
  allocatable === 0 ? '-' : `${Math.round((100 * requested) / allocatable)} %`;
