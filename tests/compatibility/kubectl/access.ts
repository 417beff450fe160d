import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';

export const access: Scenario<Kubectl>[] = [
  {
    name: 'auth can-i, --list, --as',
    async run(kubectl) {
      const robot = `system:serviceaccount:${kubectl.namespace}:asked`;
      await kubectl.ok('create serviceaccount asked');
      await kubectl.ok('create role asked --verb=get,list --resource=pods');
      await kubectl.ok(`create rolebinding asked --role=asked --serviceaccount=${kubectl.namespace}:asked`);
      expect(await kubectl.ok(`auth can-i list pods --as=${robot}`)).toBe('yes\n');
      expect(await kubectl.ended(`auth can-i delete pods --as=${robot}`)).toMatchObject({ code: 1, stdout: 'no\n' });
      expect(await kubectl.ok('auth can-i * *')).toBe('yes\n');
      const list = await kubectl.ok(`auth can-i --list --as=${robot}`);
      expect(list).toMatch(/^Resources +Non-Resource URLs +Resource Names +Verbs\n/);
      expect(list).toMatch(/^pods +\[\] +\[\] +\[get list\]$/m);
      expect(await kubectl.ok(`get pods --as=${robot} -o name`)).toEqual(expect.any(String));
    },
  },
  {
    name: 'auth reconcile',
    async run(kubectl) {
      const role = (verbs: string) =>
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: reconciled, namespace: ${kubectl.namespace} }\nrules: [{ apiGroups: [""], resources: [pods], verbs: [${verbs}] }]\n`;
      // It tells on the side what it did.
      const reconcile = (verbs: string) => kubectl.ended('auth reconcile -f -', { input: role(verbs) });
      expect(await reconcile('get')).toMatchObject({ code: 0, stdout: 'role.rbac.authorization.k8s.io/reconciled reconciled\n' });
      expect((await reconcile('get, list')).code).toBe(0);
      expect(await kubectl.value('role reconciled', '.rules[*].verbs')).toContain('list');
    },
  },
  {
    name: 'auth whoami',
    since: '1.27',
    async run(kubectl) {
      const said = await kubectl.ok('auth whoami');
      expect(said).toMatch(/^ATTRIBUTE +VALUE\nUsername +kubernetes-admin\nGroups +\[system:masters system:authenticated\]\n/);
      expect(await kubectl.ok('auth whoami --as=somebody --as-group=team -o json')).toMatch(/"username": "somebody"/);
    },
  },
];
