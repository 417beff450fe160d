/** A plug-in failed: kube-scheduler's words for where, and what it threw. */
export class PluginError extends Error {
  override readonly name = 'PluginError';
  readonly plugin: string;

  constructor(plugin: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.plugin = plugin;
  }
}
