import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type ClientOptions, CommandLine } from '../support/command-line.ts';
import { Kubectl } from '../support/kubectl.ts';

const CHART = join(import.meta.dirname, 'chart');

/** One version of Helm, with a copy of the chart, and a kubectl to look at what came of it. */
export class Helm extends CommandLine {
  readonly chart = join(this.home, 'chart');
  readonly kubectl: Kubectl;

  constructor(options: ClientOptions) {
    super(options);
    cpSync(CHART, this.chart, { recursive: true });
    this.kubectl = new Kubectl({ ...options, path: 'kubectl', version: '' });
  }

  get major(): number {
    return Number(this.version.split('.')[0]);
  }

  async settle(): Promise<this> {
    await this.kubectl.settle();
    return this;
  }

  /** Runs a command in the client's namespace. */
  run(...args: string[]): Promise<string> {
    return this.ok([...args, '--namespace', this.namespace]);
  }

  override [Symbol.dispose](): void {
    this.kubectl[Symbol.dispose]();
    super[Symbol.dispose]();
  }
}
