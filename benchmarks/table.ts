import { type Measurement, reached } from './measurement.ts';

const number = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : String(Number(value.toPrecision(3)));

/** The measurements as a table for people. */
export function table(measurements: readonly Measurement[]): string {
  const rows = [
    ['measurement', 'value', 'unit', 'goal', ''],
    ...measurements.map((measurement) => [
      measurement.name,
      number(measurement.value),
      measurement.unit,
      goalText(measurement),
      verdict(measurement),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function goalText({ goal }: Measurement): string {
  if (!goal) return '';
  return 'atMost' in goal ? `≤ ${number(goal.atMost)}` : `≥ ${number(goal.atLeast)}`;
}

function verdict(measurement: Measurement): string {
  const met = reached(measurement);
  return met === undefined ? '' : met ? 'met' : 'MISSED';
}
