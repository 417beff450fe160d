import { tryKubectl } from '../support/kubectl-trial.ts';

tryKubectl('kubectl-older', 'kubectl', 'node2');
