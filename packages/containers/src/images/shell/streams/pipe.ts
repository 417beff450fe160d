import { Channel } from './channel.ts';
import { OpenFile, type Wait } from './open-file.ts';

class PipeEnd extends OpenFile {
  protected readonly channel: Channel;
  constructor(channel: Channel) {
    super('pipe');
    this.channel = channel;
  }
}

class ReadEnd extends PipeEnd {
  override read(max: number, wait: Wait): Promise<Uint8Array | undefined> {
    return this.channel.read(max, wait);
  }
  override unread(bytes: Uint8Array): void {
    this.channel.unread(bytes);
  }
  protected override closed(): void {
    this.channel.break();
  }
}

class WriteEnd extends PipeEnd {
  override write(bytes: Uint8Array, wait: Wait): Promise<void> {
    return this.channel.write(bytes, wait);
  }
  protected override closed(): void {
    this.channel.end();
  }
}

/** The two ends of a new pipe. */
export function pipe(): { reader: OpenFile; writer: OpenFile } {
  const channel = new Channel();
  return { reader: new ReadEnd(channel), writer: new WriteEnd(channel) };
}
