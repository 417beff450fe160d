import { programImage } from '../../programs/program-image.ts';
import { untilStopped } from '../../web/until-stopped.ts';

/** Does nothing until it is told to stop. There is nothing else in it. */
export const pause = programImage({
  names: ['pause', 'google_containers/pause', 'rancher/mirrored-pause', 'rancher/pause'],
  shell: false,
  entrypoint: ['/pause'],
  programs: { pause: untilStopped },
});
