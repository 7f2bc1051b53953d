import type { IIngressClass } from 'kubernetes-models/networking.k8s.io/v1/IngressClass';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none } from '../../cells.ts';

const defaultAnnotation = 'ingressclass.kubernetes.io/is-default-class';

function parametersText({ spec }: IIngressClass): string {
  const parameters = spec?.parameters;
  if (!parameters) return none;
  const group = parameters.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
  return `${parameters.kind}${group}/${parameters.name}`;
}

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Controller', 'Controller that serves ingresses of the class.'),
    column('Parameters', 'Object with settings for the controller.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const ingressClass = object as unknown as IIngressClass;
    const { name = '', annotations } = object.metadata;
    const isDefault = annotations?.[defaultAnnotation] === 'true';
    return {
      cells: [
        isDefault ? `${name} (default)` : name,
        ingressClass.spec?.controller ?? '',
        parametersText(ingressClass),
        age(object, nowMs),
      ],
    };
  },
};
