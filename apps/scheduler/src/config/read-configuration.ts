import { type FieldPath, fieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { checked, FileError, yamlDocuments } from '@kubernats/runtime/user-files';
import { hasArgs, PLUGIN_ARGS } from './args.ts';
import { type ConfigurationFields, configuration, type PluginSets, type ProfileFields } from './configuration.ts';
import { configurationWarnings, validateConfiguration } from './validate.ts';
import { ARGS_CHECKS } from './validate-args.ts';

/** What a scheduler is told by its file. */
export interface SchedulerConfiguration {
  /** The name of the file, for messages. */
  readonly file: string;
  readonly profiles: readonly ProfileConfiguration[];
  readonly backoff: { readonly initialBackoffMs: number; readonly maxBackoffMs: number };
  /** What it says about the leader's Lease; the program's own options hold where it says nothing. */
  readonly leaderElection: { leaderElect?: boolean; leaseDurationMs?: number; renewDeadlineMs?: number; retryPeriodMs?: number };
  /** What is in the file and makes no difference. */
  readonly warnings: readonly string[];
}

export interface ProfileConfiguration {
  readonly schedulerName: string;
  readonly plugins: PluginSets;
  /** By the plug-in's name. Those of kube-scheduler's plug-ins are checked and complete; others are their plug-in's. */
  readonly args: ReadonlyMap<string, unknown>;
  /** So many of the nodes that will do are compared, in per cent; undefined: all. */
  readonly percentageOfNodesToScore: number | undefined;
}

/**
 * A KubeSchedulerConfiguration from the text of a file, YAML or JSON. Throws `FileError` that names the file and each field that is wrong. Whether the
 * plug-ins that it names exist is found out where they are known: `resolveProfiles`.
 */
export async function readConfiguration(content: string, file: string): Promise<SchedulerConfiguration> {
  const documents = await yamlDocuments(content, file);
  if (documents.length !== 1) throw new FileError(`${file}: must be one YAML document, a KubeSchedulerConfiguration`);
  const fields = checked(configuration, withoutNulls(documents[0]), file);
  refuse(file, validateConfiguration(fields));
  const { leaderElection: leader } = fields;
  return {
    file,
    profiles: profilesOf(fields, file),
    backoff: { initialBackoffMs: fields.podInitialBackoffSeconds * 1_000, maxBackoffMs: fields.podMaxBackoffSeconds * 1_000 },
    leaderElection: {
      leaderElect: leader.leaderElect,
      leaseDurationMs: leader.leaseDuration,
      renewDeadlineMs: leader.renewDeadline,
      retryPeriodMs: leader.retryPeriod,
    },
    warnings: configurationWarnings(fields).map((warning) => `${file}: ${warning}`),
  };
}

/** Throws `FileError` with all of the causes, if there are any. */
export function refuse(file: string, causes: readonly Cause[]): void {
  if (causes.length > 0) throw new FileError(causes.map(({ field, message }) => `${file}: ${field}: ${message}`).join('\n'));
}

/** Without any, there is one with all defaults. */
function profilesOf({ profiles, percentageOfNodesToScore }: ConfigurationFields, file: string): ProfileConfiguration[] {
  const all = profiles.length > 0 ? profiles : checked(configuration.shape.profiles, [{}], file);
  return all.map((profile, i) => ({
    schedulerName: profile.schedulerName,
    plugins: profile.plugins,
    args: argsOf(profile, fieldPath('profiles').index(i).child('pluginConfig'), file),
    // As in Kubernetes, 0 is as if it was left out.
    percentageOfNodesToScore: profile.percentageOfNodesToScore || percentageOfNodesToScore || undefined,
  }));
}

function argsOf({ pluginConfig }: ProfileFields, path: FieldPath, file: string): Map<string, unknown> {
  const all = new Map<string, unknown>();
  for (const [i, { name, args }] of pluginConfig.entries()) {
    const at = path.index(i).child('args');
    all.set(name, hasArgs(name) ? argsOfKnown(name, args, at, file) : args);
  }
  return all;
}

function argsOfKnown<Name extends keyof typeof PLUGIN_ARGS>(name: Name, args: unknown, path: FieldPath, file: string): unknown {
  const parsed = checked(PLUGIN_ARGS[name], args, file, path.toString());
  refuse(file, ARGS_CHECKS[name](parsed as never, path));
  return parsed;
}

/** A field without a value is as if it was not there, as in Kubernetes. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== null)
      .map(([key, each]) => [key, withoutNulls(each)]),
  );
}
