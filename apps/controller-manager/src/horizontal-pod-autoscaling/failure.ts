/** Why a metric gives no number of replicas: its text is for people, in Kubernetes' words. */
export class MetricFailure extends Error {
  override readonly name = 'MetricFailure';
}
