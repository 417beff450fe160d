/** The code by which the operating system, or Node.js, names an error: `ECONNRESET`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
