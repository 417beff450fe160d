import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';

/** A definition in a group of the client's own. */
const definition = (group: string, plural: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: ${kindOf(plural)}, plural: ${plural}, singular: ${plural.slice(0, -1)}, shortNames: [${plural}x], categories: [all-${plural}] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources:
        status: {}
        scale: { specReplicasPath: .spec.size, statusReplicasPath: .status.size }
      additionalPrinterColumns:
        - { name: Size, type: integer, jsonPath: .spec.size }
        - { name: Colour, type: string, jsonPath: .spec.colour, priority: 1 }
      schema:
        openAPIV3Schema:
          type: object
          description: Something of which there are several.
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: { type: integer, minimum: 1, description: How large it is. }
                colour: { type: string, enum: [red, blue], default: red }
              x-kubernetes-validations:
                - { rule: 'self.colour == "red" || self.size < 10', message: only red ones are that large }
            status: { type: object, properties: { size: { type: integer } } }
`;

const kindOf = (plural: string): string => `${plural[0]?.toUpperCase()}${plural.slice(1, -1)}`;

/** Other clients define things as well: the names are the client's own. */
async function define(
  kubectl: Kubectl,
  what: string,
): Promise<{ crd: string; plural: string; object: (name: string, spec: string) => string }> {
  const group = `${kubectl.namespace}.example.com`;
  const plural = `${kubectl.namespace.replace('kubectl-', '')}${what}`;
  const crd = `crd/${plural}.${group}`;
  expect(await kubectl.ok('apply -f -', { input: definition(group, plural) })).toBe(
    `customresourcedefinition.apiextensions.k8s.io/${plural}.${group} created\n`,
  );
  await kubectl.ok(`wait --for=condition=Established ${crd} --timeout=180s`);
  const object = (name: string, spec: string): string =>
    `apiVersion: ${group}/v1\nkind: ${kindOf(plural)}\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;
  return { crd, plural, object };
}

export const customResources: Scenario<Kubectl>[] = [
  {
    name: 'a CustomResourceDefinition: apply, get, patch, scale, explain, delete with its objects',
    async run(kubectl) {
      const { crd, plural, object } = await define(kubectl, 'things');
      const one = `${plural.slice(0, -1)}/one`;
      expect(await kubectl.ok('apply -f -', { input: object('one', 'size: 3') })).toMatch(/^\w+thing\.\S+\/one created\n$/);
      expect(await kubectl.ok(`get ${plural}x --no-headers`)).toMatch(/^one +3\n$/);
      expect(await kubectl.ok(`get ${plural} -o wide --no-headers`)).toMatch(/^one +3 +red\n$/);
      await kubectl.ok(['patch', one, '--type=merge', '-p', '{"spec":{"colour":"blue"}}']);
      expect(await kubectl.ok(`scale ${one} --replicas=4`)).toMatch(/\/one scaled\n$/);
      expect(await kubectl.value(one, '.spec')).toMatch(/"colour":"blue".*"size":4/);
      expect(await kubectl.ok(`get all-${plural} -o name`)).toMatch(/^\w+thing\.\S+\/one$/m);
      expect(await kubectl.ok(`describe ${one}`)).toMatch(/^ +Colour: +blue$/m);
      expect(await kubectl.ok(`explain ${plural}.spec.size`)).toMatch(/FIELD: +size <integer>/);
      expect(await kubectl.ok(`explain ${plural} --recursive`)).toMatch(/^ +colour\s+<string>/m);
      await kubectl.ok(`delete ${crd} --timeout=180s`);
      // What it had learnt of the server before, it may believe for a while.
      expect(await kubectl.refused(`get ${plural}`)).toMatch(
        /the server (doesn't have a resource type|could not find the requested resource)/,
      );
    },
  },
  {
    name: 'custom resources: schemas and rules refuse what they forbid; apply --server-side',
    async run(kubectl) {
      const { crd, object } = await define(kubectl, 'boxes');
      const refused = (spec: string) => kubectl.refused('create -f -', { input: object('wrong', spec) });
      expect(await refused('size: 0')).toMatch(
        /The \w+boxe "wrong" is invalid: .*spec\.size: Invalid value: 0: spec\.size in body should be greater than or equal to 1/s,
      );
      expect(await refused('size: 1, colour: green')).toMatch(/spec\.colour: Unsupported value: "green": supported values: "red", "blue"/);
      expect(await refused('size: 20, colour: blue')).toContain('only red ones are that large');
      expect(await refused('colour: red')).toMatch(/spec\.size: Required value|missing required field "size"/);
      const apply = (spec: string, manager: string) =>
        kubectl.ok(`apply --server-side --field-manager=${manager} -f -`, { input: object('shared', spec) });
      expect(await apply('size: 2', 'first')).toMatch(/serverside-applied\n$/);
      await apply('size: 2, colour: blue', 'second');
      expect(
        await kubectl.refused('apply --server-side --field-manager=first -f -', { input: object('shared', 'size: 2, colour: red') }),
      ).toContain('conflict with "second": .spec.colour');
      await kubectl.ok(`delete ${crd} --timeout=180s`);
    },
  },
];
