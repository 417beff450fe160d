import { defineImage } from '../../image.ts';
import { untilStopped } from '../echo/echo.ts';

/** Does nothing until it is told to stop. */
export const pause = defineImage({
  names: ['pause', 'google_containers/pause', 'rancher/mirrored-pause'],
  shell: false,
  run: untilStopped,
});
