/** Different paths beyond these share a row: a client that makes paths up must not fill the memory. */
const PATHS_MAX = 100;

/** The requests of a server, as Prometheus reads them. */
export class RequestMetrics {
  readonly #counts = new Map<string, number>();

  count(method: string, path: string, status: number): void {
    const row = (shown: string): string => `method=${JSON.stringify(method)},path=${JSON.stringify(shown)},status="${status}"`;
    const key = this.#counts.has(row(path)) || this.#counts.size < PATHS_MAX ? row(path) : row('other');
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  text(): string {
    const lines = [...this.#counts].map(([labels, count]) => `http_requests_total{${labels}} ${count}`);
    return ['# HELP http_requests_total The total number of HTTP requests.', '# TYPE http_requests_total counter', ...lines, ''].join('\n');
  }
}
