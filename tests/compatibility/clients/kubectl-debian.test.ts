import { tryKubectl } from '../support/kubectl-trial.ts';

tryKubectl('kubectl-debian', 'kubectl', 'node1');
