/** Where a webhook is: `clientConfig` of webhook configurations and of CustomResourceDefinitions. */
export interface WebhookClientConfig {
  /** `https://host[:port][/path]`; or `service`. */
  url?: string;
  /** A Service of the cluster. Port: 443, path: none, unless it says so. */
  service?: { namespace: string; name: string; path?: string; port?: number };
  /** The PEM text, base64, of who may have signed the webhook's certificate. Absent: whom the system trusts. */
  caBundle?: string;
}

/** The port to webhooks. Adapter: `httpsWebhookClient`. */
export interface WebhookClient extends Disposable {
  /**
   * POSTs a JSON body and gives the body of the answer, which is of JSON by its head, and not empty. `timeoutMs` is for all of it, from the
   * search for an endpoint to the last byte; the webhook is told (`?timeout=10s`). Rejects with a `WebhookCallError` when there is no such
   * answer, and with the signal's reason when it aborts.
   */
  call(config: WebhookClientConfig, body: string, options: { timeoutMs: number; signal?: AbortSignal }): Promise<Uint8Array>;
}

/**
 * A webhook has not answered, or not with what can be read: why, in Kubernetes' words, such as
 * `Post "https://svc.ns.svc:443/path?timeout=10s": context deadline exceeded`.
 */
export class WebhookCallError extends Error {
  override readonly name = 'WebhookCallError';
  /** Nothing was tried: the configuration itself is of no use. */
  readonly isMisconfigured: boolean;

  constructor(message: string, { isMisconfigured = false } = {}) {
    super(message);
    this.isMisconfigured = isMisconfigured;
  }
}
