/** What is given out, as one write sees it. */
export interface Pool {
  /** As far as this server knows; `take` decides. */
  isTaken(value: string): boolean;
  /** False: somebody has it. */
  take(value: string): Promise<boolean>;
}
