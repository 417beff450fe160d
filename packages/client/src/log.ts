/** What libraries ask of a logger. pino's satisfies it. Fields first, then the message. */
export interface Log {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

/** Says nothing: for tests, and where nobody listens. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
