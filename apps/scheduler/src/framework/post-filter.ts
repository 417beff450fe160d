import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Unfit } from './decision.ts';
import type { FailedAttempt, Plugin } from './plugin.ts';

/** No node will do, and `reasons` say why: the first plug-in that finds a way to make one do is heard. */
export function postFilter(
  plugins: readonly Plugin[],
  info: PodInfo,
  attempt: FailedAttempt,
  { reasons, refusedBy }: { reasons: string; refusedBy: ReadonlySet<string> },
): Unfit {
  const { refusals } = attempt;
  let [message, nominated]: [string, 'none' | undefined] = [reasons, undefined];
  for (const plugin of plugins) {
    const answer = plugin.postFilter?.(info, attempt);
    if (!answer) continue;
    if (!('message' in answer)) return { fits: false, message: reasons, refusals, refusedBy, nominated: answer.nominated };
    message += ` ${answer.message}`;
    nominated ??= answer.nominated;
  }
  return { fits: false, message, refusals, refusedBy, nominated };
}
