/** How large, or how dear, something is at least and at most. Both ends stop at 2⁶⁴, which stands for any number. */
export interface Range {
  min: number;
  max: number;
}

const LIMIT = 2 ** 64;

export const exactly = (value: number): Range => ({ min: value, max: value });
export const NOTHING: Range = exactly(0);
export const ONE: Range = exactly(1);
export const UNKNOWN: Range = { min: 0, max: LIMIT };

const each = (a: Range, b: Range, combine: (x: number, y: number) => number): Range => ({
  min: Math.min(combine(a.min, b.min), LIMIT),
  max: Math.min(combine(a.max, b.max), LIMIT),
});

export const sum = (ranges: readonly Range[]): Range => ranges.reduce((a, b) => each(a, b, (x, y) => x + y), NOTHING);
export const plus = (...ranges: readonly Range[]): Range => sum(ranges);
export const times = (a: Range, b: Range): Range => each(a, b, (x, y) => x * y);
/** Rounded up. */
export const scaled = (range: Range, factor: number): Range => each(range, exactly(factor), (x, y) => Math.ceil(x * y));
/** Whatever lies in one of the two. */
export const either = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
