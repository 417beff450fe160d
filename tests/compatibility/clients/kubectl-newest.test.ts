import { tryKubectl } from '../support/kubectl-trial.ts';

tryKubectl('kubectl-newest', 'kubectl', 'node3');
