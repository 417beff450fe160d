import { type ClientOptions, CommandLine } from './command-line.ts';

/** One version of kubectl. */
export class Kubectl extends CommandLine {
  /** The node that is its own to take out of service. */
  readonly node: string;

  constructor(options: ClientOptions & { node?: string }) {
    super(options);
    this.node = options.node ?? '';
  }

  /** Makes its namespace, and makes it the one that commands are about. */
  async settle(): Promise<this> {
    await this.ok(`create namespace ${this.namespace}`);
    await this.ok(`config set-context --current --namespace=${this.namespace}`);
    return this;
  }

  /** One value by JSONPath. */
  value(what: string, path: string): Promise<string> {
    return this.ok(['get', ...what.split(' '), '-o', `jsonpath={${path}}`]);
  }
}
