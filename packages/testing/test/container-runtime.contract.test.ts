import { SteppedClock, seededIds, seededRandom } from '@kubernats/clock';
import { createSimRuntime, createStatusRuntime, defineImage, rowSchema } from '@kubernats/containers';
import { VirtualNetwork } from '@kubernats/net';
import { containerRuntimeContract } from '../src/contracts/container-runtime.ts';

containerRuntimeContract('sim', async () => {
  const clock = new SteppedClock();
  const images = [
    defineImage({
      names: ['exits'],
      async run(context) {
        await context.clock.sleep(1000);
        return 3;
      },
    }),
    defineImage({
      names: ['stubborn'],
      run: (context) => new Promise<number>(() => context.onSignal('SIGTERM', () => {})),
    }),
  ];
  return {
    runtime: createSimRuntime({ clock, ids: seededIds(seededRandom(1)), network: new VirtualNetwork(), images }),
    clock,
    configs: { server: { image: 'pause' }, exits3: { image: 'exits' }, stubborn: { image: 'stubborn' } },
    command: ['sh', '-c', 'echo hi; exit 4'],
  };
});

containerRuntimeContract('status', async () => {
  const clock = new SteppedClock();
  const table = [
    { match: { image: 'exits*' }, exit: { after: '1s', code: 3 } },
    { match: { image: 'stubborn' }, stop: 'never' },
  ].map((row) => rowSchema.parse(row));
  return {
    runtime: createStatusRuntime({ clock, ids: seededIds(seededRandom(1)), random: seededRandom(1), table }),
    clock,
    configs: { server: { image: 'nginx:1' }, exits3: { image: 'docker.io/library/exits3:v1' }, stubborn: { image: 'stubborn' } },
  };
});
