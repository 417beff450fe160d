import { defaultIngressClasses, INGRESS_CLASS_ANNOTATION, type Ingress, type IngressClass } from '@kubernats/api';
import { forbidden } from '@kubernats/errors';
import { named, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';

/** An Ingress that names no class gets the default one. Source: the concept "Ingress", default IngressClass. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  mutate(core, { row }, draft, old) {
    if (old !== undefined || row.plural !== 'ingresses' || row.group !== 'networking.k8s.io') return;
    const ingress: Ingress = draft;
    if (!ingress.spec || ingress.spec.ingressClassName !== undefined) return;
    if (Object.hasOwn(ingress.metadata?.annotations ?? {}, INGRESS_CLASS_ANNOTATION)) return;
    const { cache } = placeOfResource(core, 'networking.k8s.io', 'v1', 'ingressclasses');
    const [chosen, ...others] = defaultIngressClasses(Array.from(cache.values(), ({ object }) => object as IngressClass));
    if (others.length > 0) {
      const why = `Internal error occurred: ${others.length + 1} default IngressClasses were found, only 1 allowed`;
      throw forbidden(named(row), draft.metadata.name ?? '', why);
    }
    if (chosen) ingress.spec.ingressClassName = chosen.metadata?.name;
  },
};
