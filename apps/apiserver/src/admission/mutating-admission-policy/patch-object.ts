import { apiVersionOf, type KindRow, type KubeObject } from '@kubernats/api';
import { mergeMutation } from '@kubernats/apimachinery';
import type { MutationPatch } from '@kubernats/cel';
import type { Core } from '../../core.ts';
import { inVersions } from '../../rest/in-versions.ts';
import type { Attributes } from '../../webhooks/attributes.ts';
import { applyOperations, PatchProblem } from '../../webhooks/patch.ts';

/** A mutation cannot be carried out: the failure policy decides. */
export class MutationFailure extends Error {}

/**
 * The object of a request as a mutation, evaluated for `row`, makes it: decoded again, and defaulted. Throws a MutationFailure; and InternalError, whatever
 * the failure policy, for what is no such object any more. Source: kube-apiserver's patchers of MutatingAdmissionPolicies.
 */
export async function patchedObject(
  core: Core,
  { form, object = {} }: Attributes,
  row: KindRow,
  patch: MutationPatch,
): Promise<KubeObject> {
  return inVersions(core, row, () => {
    const shown = form.shown(object, row);
    if ('error' in patch) throw new MutationFailure(patch.error);
    if ('configuration' in patch) return form.read(merged(shown, { form, row }, patch.configuration), row);
    const next = operated(shown, patch.operations);
    // What a definition does not know it drops, as ever; what Kubernetes' own kinds do not have is a mistake.
    return next === shown ? object : form.read(next, row, row.custom ? 'Ignore' : 'Strict');
  });
}

function merged(shown: KubeObject, { form, row }: Pick<Attributes, 'form' | 'row'>, configuration: object): object {
  const target = form.targetIn(row);
  const schema = form.schemaIn(row);
  const failed = (why: string) => new MutationFailure(`error applying patch: ${why}`);
  if (!schema) {
    throw failed(
      `failed to convert patch object to typed object: no corresponding type for ${target.group}/${target.version}, Kind=${target.kind}`,
    );
  }
  const config = { ...configuration, apiVersion: apiVersionOf(target), kind: target.kind };
  const outcome = mergeMutation({ ...shown }, config, schema);
  if ('problem' in outcome) throw failed(outcome.problem);
  return outcome.object;
}

/** A test that fails takes the whole patch back, and is no failure. */
function operated(shown: KubeObject, operations: readonly object[]): unknown {
  try {
    return applyOperations(shown, operations);
  } catch (error) {
    if (!(error instanceof PatchProblem)) throw error;
    if (error.isFailedTest) return shown;
    throw new MutationFailure(`JSONPath: ${error.message}`);
  }
}
