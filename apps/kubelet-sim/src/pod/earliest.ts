/** The earliest of several times. */
export class Earliest {
  value: number | undefined;

  at(ms: number): number {
    this.value = Math.min(this.value ?? Infinity, ms);
    return this.value;
  }
}
