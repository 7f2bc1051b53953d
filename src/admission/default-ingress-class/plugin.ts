import type { IIngressSpec } from 'kubernetes-models/networking.k8s.io/v1';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import { newestDefault } from '../newest-default.ts';
import { concernsMain } from '../request.ts';
import { ownValue, specOf } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const ingresses: GroupResource = { group: 'networking.k8s.io', resource: 'ingresses' };
const ingressClasses: GroupResource = { group: 'networking.k8s.io', resource: 'ingressclasses' };

/** How ingresses named their class before the field existed. */
const classAnnotation = 'kubernetes.io/ingress.class';
const defaultAnnotations = ['ingressclass.kubernetes.io/is-default-class'];

/** Ingresses that name no class get the default one. */
export const defaultIngressClass: AdmissionPluginFactory = ({ reader }) => ({
  name: 'DefaultIngressClass',
  mutate: (request) => {
    const { operation, object } = request;
    if (operation !== 'CREATE' || !object || !concernsMain(request, ingresses)) return;
    const spec = specOf<IIngressSpec>(object);
    if (spec.ingressClassName !== undefined) return;
    if (ownValue(object.metadata.annotations, classAnnotation) !== undefined) return;
    const name = newestDefault(reader.list(ingressClasses, ''), defaultAnnotations);
    if (name !== undefined) spec.ingressClassName = name;
  },
});
