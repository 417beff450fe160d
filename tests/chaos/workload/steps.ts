/** One thing that users of the cluster do. */
export type WorkloadStep = { atMs: number } & Action;

export type Action =
  | { activity: 'config-maps'; verb: 'create' | 'update' | 'delete'; name: string; value: number }
  | { activity: 'deployments'; verb: 'scale'; name: string; replicas: number }
  | { activity: 'deployments'; verb: 'roll'; name: string; version: number }
  | { activity: 'keepers' | 'stateful-sets'; verb: 'scale'; name: string; replicas: number }
  | { activity: 'services'; verb: 'create' | 'delete'; name: string };

export type ActivityName = Action['activity'];
export type ActionOf<Name extends ActivityName> = Extract<Action, { activity: Name }>;

export function actionInWords(action: Action): string {
  const { activity, verb, name } = action;
  const how = 'replicas' in action ? ` to ${action.replicas}` : 'version' in action ? ` to version ${action.version}` : '';
  return `${verb} ${name}${how} (${activity})`;
}
