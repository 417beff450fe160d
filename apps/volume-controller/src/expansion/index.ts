import { type Controller, createController } from '@kubernats/controller';
import type { VolumeControllerContext } from '../context.ts';
import { claimInformer } from '../informers.ts';
import { Reminders } from '../reminders.ts';
import { decide } from './decide.ts';

/** V6: says of every claim that is to grow who is to see to it. Source: the Persistent Volumes concept, "Expanding Persistent Volumes Claims". */
export function expansionController(context: VolumeControllerContext): Controller {
  const claims = claimInformer(context.informers);
  const reminders = new Reminders(context.recorder('volume_expand'), context.clock);
  const controller = createController({ ...context, name: 'volume_expand', reconcile });
  controller.watch(claims);
  return controller;

  async function reconcile(key: string): Promise<void> {
    const claim = claims.byKey(key);
    const note = claim && decide(claim);
    if (note) reminders.tell(claim, note);
    else reminders.forget(key);
  }
}
