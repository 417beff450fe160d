import { type Bus, type ByteStream, nodeSubject } from '@kubernats/bus';
import { Channel, ChannelDecoder, type ChannelFrame, type ExecHello, encodeChannelFrame, type PortForwardHello } from '@kubernats/client';
import { StatusError } from '@kubernats/errors';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a fake program has. */
export interface FakeProgram {
  hello: ExecHello;
  /** What the client says, frame by frame, until it has gone. */
  frames: AsyncGenerator<ChannelFrame, void>;
  write(channel: number, data: string | Uint8Array): Promise<void>;
  closed: Promise<void>;
}

/** Gives the exit code. */
type Program = (program: FakeProgram) => Promise<number>;

const PROGRAMS: Readonly<Record<string, Program>> = {
  async both({ write }) {
    await write(Channel.stdout, 'out');
    await write(Channel.stderr, 'err');
    return 3;
  },
  async cat({ frames, write }) {
    for await (const { channel, payload } of frames) {
      if (channel === Channel.close) return 0;
      await write(Channel.stdout, payload);
    }
    return 1;
  },
  /** Tells the first line that is typed, and every size of the terminal until then. */
  async read({ frames, write }) {
    for await (const { channel, payload } of frames) {
      await write(Channel.stdout, `${channel}:${new TextDecoder().decode(payload)};`);
      if (channel === Channel.stdin) break;
    }
    return 0;
  },
};

/** A node without a kubelet: what the API server's side of the streams is tested against. */
export class FakeNode {
  readonly hellos: ExecHello[] = [];
  readonly #bus: Bus;
  readonly #name: string;

  constructor(bus: Bus, name: string, more: Readonly<Record<string, Program>> = {}) {
    this.#bus = bus;
    this.#name = name;
    for (const service of ['exec', 'attach'] as const) {
      bus.acceptStreams(nodeSubject('default', name, service), (data, stream) => {
        const hello = JSON.parse(new TextDecoder().decode(data)) as ExecHello;
        this.hellos.push(hello);
        if (hello.container === 'dead') throw new StatusError('InternalError', `container not found ("dead")`);
        const program = { ...PROGRAMS, ...more }[hello.command?.[0] ?? 'cat'];
        if (!program) throw new Error(`no program ${hello.command[0]}`);
        void run(stream, hello, program);
      });
    }
  }

  /** Connections to its Pods' ports are handed to `serve`; what it throws refuses them. */
  ports(serve: (port: number, stream: ByteStream) => void): void {
    this.#bus.acceptStreams(nodeSubject('default', this.#name, 'portforward'), (data, stream) => {
      const { port } = JSON.parse(new TextDecoder().decode(data)) as PortForwardHello;
      serve(port, stream);
    });
  }
}

async function run(stream: ByteStream, hello: ExecHello, program: Program): Promise<void> {
  const decoder = new ChannelDecoder();
  async function* frames(): AsyncGenerator<ChannelFrame, void> {
    for await (const chunk of stream.incoming) yield* decoder.push(chunk);
  }
  const write = (channel: number, data: string | Uint8Array) =>
    stream.write(encodeChannelFrame(channel, typeof data === 'string' ? bytes(data) : data));
  try {
    const code = await program({ hello, frames: frames(), write, closed: stream.closed });
    const failure = {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      message: `exit code ${code}`,
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    };
    await write(Channel.status, JSON.stringify(code === 0 ? { metadata: {}, status: 'Success' } : failure));
    await stream.end();
  } catch {
    // The client has gone.
  }
}
