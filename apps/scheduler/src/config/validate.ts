import { duplicate, type FieldPath, fieldPath, forbiddenField, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ConfigurationFields, ProfileFields } from './configuration.ts';

/** Names that the scheduler's Lease has: no other is permitted to it. */
const LEASE = { resourceLock: 'leases', resourceName: 'kube-scheduler', resourceNamespace: 'kube-system' } as const;

/** Kubernetes' rules for a configuration, in its words, and what is refused here. Source: kube-scheduler's ValidateKubeSchedulerConfiguration. */
export function validateConfiguration(fields: ConfigurationFields): Cause[] {
  const { parallelism, profiles, extenders, podInitialBackoffSeconds: initial, podMaxBackoffSeconds: most } = fields;
  const { percentageOfNodesToScore } = fields;
  const root = fieldPath();
  return [
    ...validateLeaderElection(fields.leaderElection, root.child('leaderElection')),
    ...(parallelism !== undefined && parallelism <= 0
      ? [invalidValue('parallelism', parallelism, 'should be an integer value greater than zero')]
      : []),
    ...profiles.flatMap((profile, i) => validateProfile(profile, i, profiles)),
    ...checkPercentage(percentageOfNodesToScore, root.child('percentageOfNodesToScore')),
    ...(initial <= 0 ? [invalidValue('podInitialBackoffSeconds', initial, 'must be greater than 0')] : []),
    ...(most < initial ? [invalidValue('podMaxBackoffSeconds', most, 'must be greater than or equal to PodInitialBackoffSeconds')] : []),
    ...(extenders.length > 0 ? [forbiddenField('extenders', 'kubernats calls no extenders: write a plug-in instead')] : []),
  ];
}

function validateLeaderElection(fields: ConfigurationFields['leaderElection'], path: FieldPath): Cause[] {
  const { leaseDuration = 15_000, renewDeadline = 10_000, retryPeriod = 2_000 } = fields;
  const causes = Object.entries(LEASE).flatMap(([name, only]) => {
    const given = fields[name as keyof typeof LEASE];
    return given === undefined || given === only ? [] : [notSupported(path.child(name), given, [only])];
  });
  for (const [name, ms] of Object.entries({ leaseDuration, renewDeadline, retryPeriod }))
    if (ms <= 0) causes.push(invalidValue(path.child(name), `${ms / 1000}s`, 'must be greater than zero'));
  if (leaseDuration <= renewDeadline)
    causes.push(invalidValue(path.child('leaseDuration'), `${renewDeadline / 1000}s`, 'LeaseDuration must be greater than RenewDeadline'));
  if (renewDeadline <= retryPeriod)
    causes.push(invalidValue(path.child('renewDeadline'), `${retryPeriod / 1000}s`, 'RenewDeadline must be greater than RetryPeriod'));
  return causes;
}

function validateProfile(profile: ProfileFields, index: number, all: readonly ProfileFields[]): Cause[] {
  const { schedulerName, percentageOfNodesToScore, pluginConfig } = profile;
  const path = fieldPath('profiles').index(index);
  const first = all.findIndex((other) => other.schedulerName === schedulerName);
  return [
    ...(schedulerName === '' ? [required(path.child('schedulerName'))] : []),
    ...(first < index ? [duplicate(path.child('schedulerName'), schedulerName)] : []),
    ...checkPercentage(percentageOfNodesToScore, path.child('percentageOfNodesToScore')),
    ...pluginConfig.flatMap(({ name }, i) => {
      const again = pluginConfig.findIndex((other) => other.name === name) < i;
      return again ? [duplicate(path.child('pluginConfig').index(i), name)] : [];
    }),
  ];
}

const checkPercentage = (value: number | undefined, path: FieldPath): Cause[] =>
  value !== undefined && (value < 0 || value > 100) ? [invalidValue(path, value, 'not in valid range [0-100]')] : [];

/** What is in the file and makes no difference here. */
export function configurationWarnings(fields: ConfigurationFields): string[] {
  const warnings: [string, unknown, string][] = [
    ['clientConnection', fields.clientConnection, 'has no effect: the scheduler reaches the API server over NATS'],
    ['parallelism', fields.parallelism, 'has no effect: decisions are made by one thread'],
    ['enableProfiling', fields.enableProfiling, "has no effect: use Node.js' own profiler"],
    ['enableContentionProfiling', fields.enableContentionProfiling, 'has no effect: there is nothing to contend for'],
    ['delayCacheUntilActive', fields.delayCacheUntilActive, 'has no effect: a replica that stands by always knows the cluster'],
  ];
  return warnings.filter(([, value]) => value !== undefined).map(([field, , why]) => `${field} ${why}`);
}
