import { Failure } from '../failure.ts';
import { type NodeMachine, nodeSpecs } from '../join/node-specs.ts';
import { PlainOutput } from '../join/plain-output.ts';
import { Child } from '../supervisor/child.ts';

export interface JoinOptions extends Pick<NodeMachine, 'part' | 'root' | 'logLevel'> {
  name: string;
}

/** Longer than a component takes to end in order, and shorter than the ten seconds that a container has. */
const GRACE_MS = 8_000;

/** Runs what a node consists of until it is interrupted: its kubelet and its proxy, each started again when it dies. */
export async function join(natsUrl: string, { name, ...options }: JoinOptions): Promise<void> {
  if (!natsUrl.split(',').every((url) => URL.canParse(url)))
    throw new Failure(`${natsUrl} is not the URL of a NATS server, such as nats://10.0.0.1:4222`, 2);
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const output = new PlainOutput(process.stdout);
  const specs = nodeSpecs({ ...options, cluster: name, natsUrl, programs: process.env.KUBERNATS_ROOT ?? process.cwd() });
  const children = specs.map((spec) => new Child(spec, output, () => {}));
  for (const child of children) child.start();
  await interrupted;
  await Promise.all(children.map((child) => child.stop(GRACE_MS)));
}
