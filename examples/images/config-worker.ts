// A worker: reads its orders from a mounted ConfigMap, follows changes, and writes what it did into a volume.
import { defineImage } from '@kubernats/image';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export default defineImage({
  names: ['demo/config-worker'],
  async run(context) {
    const { files, clock } = context;
    let stopped = false;
    context.onSignal('SIGTERM', () => {
      stopped = true;
    });
    for (let round = 1; !stopped; round++) {
      const greeting = decoder.decode(await files.read('/config/greeting')).trim();
      await context.meter.work(5);
      await files.append('/data/log', encoder.encode(`${round} ${greeting}\n`));
      console.log(`${round} ${greeting}`);
      await clock.sleep(1000);
    }
    console.log('stopped in order');
    return 0;
  },
});
