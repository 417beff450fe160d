import { type HorizontalPodAutoscaler, HorizontalPodAutoscalers, type Pod, type PodMetrics, PodMetricsKind } from '@kubernats/api';
import { nothing, parseLabelSelector, type Selector } from '@kubernats/apimachinery';
import { keyOf } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { BY_LABEL, podInformer } from '../informers.ts';
import { candidates } from '../label-index.ts';
import { scaledKinds } from '../scaled-kind.ts';
import { apply, say, textOf, writeStatus } from './apply.ts';
import { decide, needsMetrics } from './decide.ts';
import { firstHistory, type History } from './history.ts';
import { withoutScale } from './plan.ts';
import { matchLabelsOf, TargetSelectors } from './selectors.ts';
import { type Target, targetOf } from './target.ts';

/** Gives targets as many replicas as their use asks for. Source: the concept "Horizontal Pod Autoscaling". */
export function horizontalPodAutoscalingController(context: ControllerContext): Controller {
  const { client, informers, clock, config } = context;
  const settings = config.autoscaling;
  const act = { ...context, events: context.recorder('horizontal-pod-autoscaler') };
  const pods = podInformer(informers);
  const autoscalers = informers.of(HorizontalPodAutoscalers);
  const histories = new Map<string, History>();
  const selectors = new TargetSelectors();
  const findScaled = scaledKinds(informers);

  const controller = createController({ ...context, name: 'horizontal-pod-autoscaling', concurrency: 5, reconcile });
  controller.watch(autoscalers, () => []);
  controller.watch(pods, () => []);
  // Each is looked at once a period, whatever happens to it.
  const soon = (autoscaler: HorizontalPodAutoscaler): void => controller.enqueueAfter(keyOf(autoscaler), settings.syncPeriodMs);
  autoscalers.addHandler({ add: soon, update: soon, delete: (autoscaler) => forget(keyOf(autoscaler)) });
  return controller;

  function forget(key: string): void {
    histories.delete(key);
    selectors.delete(key);
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const autoscaler = autoscalers.byKey(key);
    if (!autoscaler) return undefined;
    let target: Target;
    try {
      target = await targetOf(autoscaler, findScaled, client);
    } catch (error) {
      const plan = withoutScale(autoscaler, textOf(error), clock.now());
      say(autoscaler, plan.events, act);
      await writeStatus(autoscaler, plan.status, act);
      return { requeueAfterMs: settings.syncPeriodMs };
    }
    await follow(key, autoscaler, target);
    return { requeueAfterMs: settings.syncPeriodMs };
  }

  async function follow(key: string, autoscaler: HorizontalPodAutoscaler, target: Target): Promise<void> {
    const { scale } = target;
    const namespace = autoscaler.metadata?.namespace ?? '';
    const selectorText = scale.status?.selector ?? '';
    const selector = selectorText === '' ? nothing : parseLabelSelector(selectorText);
    const selected = podsOf(namespace, selector);
    if (isThere(key, autoscaler)) selectors.set(key, namespace, selector);
    const history = histories.get(key) ?? firstHistory(scale.spec?.replicas ?? 0, clock.now());
    const metrics = selected.length > 0 && needsMetrics({ autoscaler, scale }) ? await measured(namespace, selectorText) : [];
    const selecting = selectors.selecting(selected);
    const plan = decide({ autoscaler, scale, pods: selected, metrics, selecting, history, settings, nowMs: clock.now() });
    const next = await apply(autoscaler, plan, target, act);
    if (isThere(key, autoscaler)) histories.set(key, next);
  }

  /** Whether it is still the one of its name: what is remembered of another would stay. */
  function isThere(key: string, { metadata }: HorizontalPodAutoscaler): boolean {
    return autoscalers.byKey(key)?.metadata?.uid === metadata?.uid;
  }

  function podsOf(namespace: string, selector: Selector): Pod[] {
    const near = candidates(pods, BY_LABEL, namespace, matchLabelsOf(selector));
    return near.filter(({ metadata }) => selector.matches(metadata?.labels));
  }

  /** What is measured of the Pods; a text says why nothing is. */
  async function measured(namespace: string, labelSelector: string): Promise<readonly PodMetrics[] | string> {
    try {
      return (await client.kind(PodMetricsKind).list({ namespace, labelSelector })).items;
    } catch (error) {
      return `unable to fetch metrics from resource metrics API: ${textOf(error)}`;
    }
  }
}
