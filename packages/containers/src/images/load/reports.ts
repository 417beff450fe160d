import type { Tally } from './tally.ts';

const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)}ms`;
const percent = (part: number, whole: number): string => (whole === 0 ? '0.00' : ((part / whole) * 100).toFixed(2));

const statusesOf = ({ statuses }: Tally): string =>
  [...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => ` ${status}:${count}`)
    .join('');

/** One line for a while: `10s rate 50.0/s ok 250 errors 0 p50 1.20ms p90 2.01ms p99 5.10ms 200:250`. */
export function lineOf(part: Tally, elapsedMs: number, spanMs: number): string {
  const { latencies: at, requests, bad } = part;
  const quantiles = `p50 ${ms(at.quantile(0.5))} p90 ${ms(at.quantile(0.9))} p99 ${ms(at.quantile(0.99))}`;
  const errors = [...part.errors].map(([message, count]) => ` ${JSON.stringify(message)}:${count}`).join('');
  return `${Math.round(elapsedMs / 1000)}s rate ${(requests / (spanMs / 1000)).toFixed(1)}/s ok ${requests - bad} errors ${bad} ${quantiles}${statusesOf(part)}${errors}`;
}

/** The end of a run. */
export function summaryOf(whole: Tally, elapsedMs: number): string {
  const { latencies: at, requests, bad } = whole;
  const lines = [
    `requests ${requests} in ${(elapsedMs / 1000).toFixed(1)}s, ${(requests / Math.max(elapsedMs / 1000, 0.001)).toFixed(1)}/s`,
    `errors ${bad} (${percent(bad, requests)} %)`,
    `latency min ${ms(at.count === 0 ? 0 : at.minMs)} p50 ${ms(at.quantile(0.5))} p90 ${ms(at.quantile(0.9))} p99 ${ms(at.quantile(0.99))} max ${ms(at.maxMs)}`,
    `statuses${statusesOf(whole) || ' none'}`,
    ...[...whole.errors].map(([message, count]) => `error ${count} times: ${message}`),
  ];
  return `${lines.join('\n')}\n`;
}

const seconds = (value: number): string => (value / 1000).toFixed(4);

/** As hey prints it, without the histogram. */
export function heyReport(whole: Tally, elapsedMs: number): string {
  const { latencies: at } = whole;
  const average = at.count === 0 ? 0 : at.sumMs / at.count;
  const lines = [
    ...['', 'Summary:', `  Total:\t${seconds(elapsedMs)} secs`, `  Slowest:\t${seconds(at.maxMs)} secs`],
    `  Fastest:\t${seconds(at.count === 0 ? 0 : at.minMs)} secs`,
    `  Average:\t${seconds(average)} secs`,
    `  Requests/sec:\t${(whole.requests / Math.max(elapsedMs / 1000, 0.001)).toFixed(4)}`,
    ...['', 'Latency distribution:'],
    ...[10, 25, 50, 75, 90, 95, 99].map((share) => `  ${share}% in ${seconds(at.quantile(share / 100))} secs`),
    ...['', 'Status code distribution:'],
    ...[...whole.statuses].map(([status, count]) => `  [${status}]\t${count} responses`),
    ...(whole.errors.size === 0
      ? []
      : ['', 'Error distribution:', ...[...whole.errors].map(([message, count]) => `  [${count}]\t${message}`)]),
  ];
  return `${lines.join('\n')}\n\n`;
}

/** As fortio prints it, without the histogram. */
export function fortioReport(whole: Tally, elapsedMs: number): string {
  const { latencies: at, requests } = whole;
  const average = at.count === 0 ? 0 : at.sumMs / at.count;
  const codes: [string | number, number][] = [...whole.statuses];
  if (whole.unanswered > 0) codes.push([-1, whole.unanswered]);
  const lines = [
    ...[50, 75, 90, 99, 99.9].map((share) => `# target ${share}% ${(at.quantile(share / 100) / 1000).toFixed(6)}`),
    ...codes.map(([code, count]) => `Code ${code} : ${count} (${percent(count, requests)} %)`),
    `All done ${requests} calls (plus 0 warmup) ${average.toFixed(3)} ms avg, ${(requests / Math.max(elapsedMs / 1000, 0.001)).toFixed(1)} qps`,
  ];
  return `${lines.join('\n')}\n`;
}
